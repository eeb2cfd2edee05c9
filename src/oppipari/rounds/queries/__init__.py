"""What pages read of rounds and sign-ups; a fixed number of queries, however many people there are."""

from oppipari.rounds.coming_first import come_first, comes_first, is_unpaired, left_without, waited_before
from oppipari.rounds.queries.of_rounds import (
    Named,
    counts,
    has_been_told,
    invitations_made,
    is_latest,
    joined_by_supervisors,
    named_taking_part,
    round_of_invite,
    round_part,
    sign_up_of,
    sign_ups,
    some_taking_part,
    taking_part,
)
from oppipari.rounds.queries.todos import todos_for_person, todos_for_round

__all__ = [
    "Named",
    "come_first",
    "comes_first",
    "counts",
    "has_been_told",
    "invitations_made",
    "is_latest",
    "is_unpaired",
    "joined_by_supervisors",
    "left_without",
    "named_taking_part",
    "round_of_invite",
    "round_part",
    "sign_up_of",
    "sign_ups",
    "some_taking_part",
    "taking_part",
    "todos_for_person",
    "todos_for_round",
    "waited_before",
]
