"""One thing that waits for a person, as every app tells it to the pages that gather them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Todo:
    """`text` is a translated sentence, `action` what the button says, `url` where it leads; lower `order` comes first.

    `waits` is whether the person can do something about it: what is only good to know stands under a heading of its own.
    """

    text: str
    action: str
    url: str
    order: int = 50
    waits: bool = True
