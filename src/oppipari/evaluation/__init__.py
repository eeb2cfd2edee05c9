"""Questionnaires, the release of figures, the closing of a round."""
