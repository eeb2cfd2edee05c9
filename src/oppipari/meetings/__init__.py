"""Meetings: proposed, agreed, held, moved, cancelled."""
