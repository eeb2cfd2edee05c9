"""Pages of a round: the supervisor's (`supervising`) and the one who signs up (`signing`)."""
