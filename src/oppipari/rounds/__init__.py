"""The mentoring round, its steps, and sign-up."""
