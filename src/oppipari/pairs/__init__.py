"""Proposals, pairs, goals, going on or finishing."""
