"""So many an hour, of one mailbox or network address; counted in the cache, which several processes need to share."""

import hashlib

from django.core.cache import cache

AN_HOUR = 3600
# One mailbox needs few codes.
CODES_AN_HOUR = 5


def is_too_many(what: str, most: int) -> bool:
    """Count one more of `what`; whether there have been more than `most` within the hour. Only a hash is kept of it."""
    key = "sign-ups:" + hashlib.sha256(what.encode()).hexdigest()
    cache.add(key, 0, AN_HOUR)
    try:
        count = cache.incr(key)
    except ValueError:  # its hour ended in between
        count = 1
    return count > most
