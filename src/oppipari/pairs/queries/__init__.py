"""What pages read of pairs; a fixed number of queries, however many people there are."""

from oppipari.pairs.queries.after_pair import resting
from oppipari.pairs.queries.closing import after_closing
from oppipari.pairs.queries.how_far import have_met, is_trio
from oppipari.pairs.queries.living import (
    pair_part,
    pairs_for_home,
    partners_of,
    round_part,
    todos_for_person,
)
from oppipari.pairs.queries.of_rounds import todos_for_round
from oppipari.pairs.queries.to_tell import left_to_tell

__all__ = [
    "after_closing",
    "have_met",
    "is_trio",
    "left_to_tell",
    "pair_part",
    "pairs_for_home",
    "partners_of",
    "resting",
    "round_part",
    "todos_for_person",
    "todos_for_round",
]
