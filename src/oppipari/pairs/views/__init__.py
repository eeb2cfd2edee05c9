"""The board and the overview for the supervisor; a pair's own pages for its members."""
