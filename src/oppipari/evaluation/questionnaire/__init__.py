"""The questionnaires: at sign-up and at the end of a round, answered without a name, closed once."""
