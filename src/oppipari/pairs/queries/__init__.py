"""What pages read of pairs; a fixed number of queries, however many people there are."""

from oppipari.pairs.queries.living import (
    asks_to_go_on,
    pair_part,
    pairs_for_home,
    partners_of,
    round_part,
    todos_for_person,
    todos_for_round,
)

__all__ = [
    "asks_to_go_on",
    "pair_part",
    "pairs_for_home",
    "partners_of",
    "round_part",
    "todos_for_person",
    "todos_for_round",
]
