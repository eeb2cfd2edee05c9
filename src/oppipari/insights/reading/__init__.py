"""The unit's wall at its reading address: without an account, without names; the address itself is the unit's (`organisation/reading`)."""
