"""What pages read of pairs; a fixed number of queries, however many people there are."""

from oppipari.pairs.queries.after_pair import resting
from oppipari.pairs.queries.living import (
    pair_part,
    pairs_for_home,
    partners_of,
    round_part,
    todos_for_person,
    todos_for_round,
)

__all__ = [
    "pair_part",
    "pairs_for_home",
    "partners_of",
    "resting",
    "round_part",
    "todos_for_person",
    "todos_for_round",
]
