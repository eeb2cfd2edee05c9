"""The page of a unit's rosters: looked at first, asked where unknown, and nothing kept but working time."""
