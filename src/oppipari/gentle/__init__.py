"""A gentle check of a text: does it seem to hold a name, a client, a diagnosis, a date? Pure; nothing leaves the machine."""

from oppipari.gentle.looking import Kind, Noticed, notice, notice_all

__all__ = ["Kind", "Noticed", "notice", "notice_all"]
