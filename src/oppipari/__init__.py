"""Oppipari: mentoring in a work unit, from telling about it to spreading what was learnt."""
