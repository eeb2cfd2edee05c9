"""Plain text that every mail program can lay out: lines under 78 columns, and what belongs together marked as such."""

import textwrap

# With the space that says "goes on" (RFC 3676, 4.1) and one that may be put before a line, still under 78.
WIDTH = 74
SIGNATURE = "-- "


def flowed(text: str) -> str:
    """`text`, a paragraph a line, as format=flowed (RFC 3676): programs that know it join the lines again.

    A link longer than a line stays whole: broken it would lead nowhere.
    """
    lines = []
    for paragraph in text.split("\n"):
        if paragraph == SIGNATURE:
            lines.append(paragraph)
            continue
        pieces = textwrap.wrap(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
        stuffed = [f" {p}" if p.startswith((" ", ">", "From ")) else p for p in pieces]
        lines += [f"{p} " for p in stuffed[:-1]] + stuffed[-1:]
    return "\n".join(lines)
