"""Words that are nowhere else, to be searched for byte by byte."""

import random
import string


def lettered(start: str, length: int = 12) -> str:
    """A word of `start` and random letters: digits among them look like a telephone number one time in many."""
    return start + "".join(random.choices(string.ascii_lowercase, k=length))
