"""A person's own name and address, and how each is corrected without becoming somebody else."""
