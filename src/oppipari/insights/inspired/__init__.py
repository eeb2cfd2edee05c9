"""Get inspired: trials that units of the organisation offer to one another, found with words of three languages."""
