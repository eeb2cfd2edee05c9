"""What a round brought: in words, figures and pictures, beside earlier rounds, and over units."""
