"""Pages of a round: the supervisor's (`supervising`, `inviting`) and the one who signs up (`signing`)."""
