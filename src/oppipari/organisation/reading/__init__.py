"""A unit's reading address: its common pages for those of the unit who have no account (docs/decisions/021-a-reading-address.md)."""
