"""A person's own calendar: what they chose, their secret feed address, and copies for supervisors who want them."""
