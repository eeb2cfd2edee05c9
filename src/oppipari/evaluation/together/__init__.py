"""The joint session "Evaluate together": its agenda, its three columns, and what may become of a line."""
