"""Reminders: kind, in working hours, at most one a week for a person, and off with one press."""
