"""What pages read of meetings."""

from oppipari.meetings.queries.lines import (
    Line,
    lines_of,
    of_round,
    reach_of_lines,
    still_waiting,
    waiting,
    with_a_yes,
    with_the_pair,
)
from oppipari.meetings.queries.of_pairs import next_meetings, pair_part, todos_for_person
from oppipari.meetings.queries.of_rounds import counts, round_part, todos_for_round
from oppipari.meetings.queries.times import common_slots, options, suggested_times, times_to_move_to

__all__ = [
    "Line",
    "common_slots",
    "counts",
    "lines_of",
    "next_meetings",
    "of_round",
    "options",
    "pair_part",
    "reach_of_lines",
    "round_part",
    "still_waiting",
    "suggested_times",
    "times_to_move_to",
    "todos_for_person",
    "todos_for_round",
    "waiting",
    "with_a_yes",
    "with_the_pair",
]
