"""Colleagues say "let's try" to a published insight: a count, and never who (docs/decisions/011-insights-and-trials.md)."""
