"""Who is asked, how long an answer may be, and how many it takes that anything could be shown."""

from oppipari import disclosure
from oppipari.evaluation.items import END, START
from oppipari.evaluation.questionnaire.models import Asked
from oppipari.organisation import confirmed
from oppipari.organisation.models import Person
from oppipari.pairs.models import PairMember
from oppipari.rounds.models import Round, SignUp

State = Asked.State
TEXT_LENGTH = 600
# Under these nothing could ever be shown, so it is not asked for in vain (rules 3 and 6 of docs/confidentiality.md).
FEWEST_FOR_FIGURES = disclosure.Rules().least_for_mean
FEWEST_FOR_TEXTS = disclosure.Rules().least_for_texts
SIGNING_UP = (Round.State.SIGN_UP, Round.State.PAIRING)


def people_asked(round_: Round) -> list[Person]:
    """Everyone who was in a pair of the round, also where it ended early: what they would say counts as much."""
    places = PairMember.objects.filter(pair__round=round_).select_related("person").order_by("person_id")
    return list({p.person_id: p.person for p in places}.values())


def keys_asked(round_: Round) -> list[int]:
    """The keys of those of them who count towards a minimum; none once the pairs have been forgotten."""
    asked = PairMember.objects.filter(confirmed.who_count("person__"), pair__round=round_)
    return list(asked.values_list("person_id", flat=True).distinct())


def how_many_asked(round_: Round, when: str = END) -> int:
    """How many people there are to ask at the end, or so far at the start."""
    if when == START:
        return SignUp.objects.taking_part().filter(round=round_).count()
    return PairMember.objects.filter(pair__round=round_).values("person_id").distinct().count()
