"""How teams stay staffed: the rules of a round's meetings, and the frame within which pairs agree by themselves."""
