"""The data inventory, what is stored of a person, and who looked."""
