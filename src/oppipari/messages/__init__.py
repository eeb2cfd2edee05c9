"""Outgoing e-mail and calendar invitations, through a durable queue."""
