"""Slips to hand over after publishing: one a person, folded so that nobody else reads who the partner is."""
