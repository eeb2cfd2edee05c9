"""How much text fits a leaf of the screen: sizes of type by lines, and where a long text goes on on the next leaf.

Lengths are in the screen's own unit (`--unit` of screen.css), so that they hold for every television; counted for one of
1280 x 720 pixels, where buttons and small text take the largest share.
"""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from oppipari.insights.text import wrapped

# From the head to the buttons, and across; letters are half as wide as high, on the safe side.
HEIGHT, WIDTH, LETTER = 43.0, 82.0, 0.5
GAP = 1.6
# One line of the small text: what kind of thing it is, until when, what was measured.
SMALL, SMALL_LINE = 2.2, 3.43
# Height of letters by the size's name, as in screen.css, and of a line of them.
SIZES = {"xl": 5.6, "l": 4.5, "m": 3.2, "s": 2.3}
LINE, HEADING_LINE = 1.28, 1.3
HEADING, RUNNING, DECIDED = 0.62, 0.86, 0.72


def across(text: str, letter: float) -> int:
    """How many letters of `text` fit on a line at that height; capitals are wider, Chinese signs and emoji wider still."""
    wide = sum(0.5 if c.isupper() else unicodedata.east_asian_width(c) in ("W", "F") for c in text)
    return max(1, int(WIDTH / (letter * LETTER * (1 + wide / max(1, len(text))))))


def height(text: str, letter: float, line: float = LINE) -> float:
    """How high `text` stands in letters of that height; nothing for no text."""
    return len(wrapped(text, across(text, letter))) * letter * line if text else 0.0


@dataclass(frozen=True, slots=True)
class Fit:
    """One leaf's share of a text: the name of its size, and the words."""

    size: str
    words: str


def fit(text: str, heading: str = "", share: float = 1.0, besides: float = 0.0) -> list[Fit]:
    """`text` in the largest type that one leaf has room for, else on as few leaves as it takes in the smallest.

    `heading` stands above it on every leaf; `share` is how large the text's letters are beside the size's own;
    `besides` is the height of what else the leaf holds.
    """
    room = 0.0
    for size, letter in SIZES.items():
        room = HEIGHT - SMALL_LINE - GAP - besides
        if heading:
            room -= height(heading, letter * HEADING, HEADING_LINE) + GAP
        if height(text, letter * share) <= room:
            return [Fit(size, text)]
    size, letter = list(SIZES.items())[-1]
    most = max(1, int(room / (letter * share * LINE)))
    rows = wrapped(text, across(text, letter * share))
    count = -(-len(rows) // most)
    # About as much on each, so that the last does not hold a lonely word.
    ends = [round(len(rows) * n / count) for n in range(count + 1)]
    parts = [text[rows[a][0] : rows[b - 1][1]].strip("\n") for a, b in pairwise(ends)]
    return [Fit(size, part) for part in parts if part.strip()]
