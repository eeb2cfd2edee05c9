"""When people are at work: what rosters tell, and nothing of why somebody is not."""
