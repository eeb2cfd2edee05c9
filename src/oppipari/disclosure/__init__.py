"""Answers in, publishable figures out: results that expose nobody. No web, no database.

`release` takes the answers of one closed questionnaire and returns the figures that may be shown; `release_texts` the
open answers. The rules and where they come from are in docs/confidentiality.md.
"""

from oppipari.disclosure.figures import Figure, Joined, Release, Rules, release, release_texts
from oppipari.disclosure.risk import leaves_everyone_open

__all__ = ["Figure", "Joined", "Release", "Rules", "leaves_everyone_open", "release", "release_texts"]
