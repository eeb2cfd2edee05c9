"""Organisations, units, people, roles, sign-in, and who may see what."""
