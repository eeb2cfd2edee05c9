"""The wall on a television: one thing at a time in large type, and a secret address for a screen without sign-in."""
