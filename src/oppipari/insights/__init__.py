"""Insights that two people published together."""
