"""Times for all pairs of a round at once: proposed by the engine, changed by hand, published at once."""
