"""New pairs after publishing, as they are suggested to the supervisor."""

from collections import defaultdict
from dataclasses import dataclass

from oppipari import pairing
from oppipari.pairing import words
from oppipari.pairs import problem
from oppipari.pairs.looking import left_by_their_pair, looking
from oppipari.pairs.models import Pair, PairMember
from oppipari.pairs.queries.sentences import joined
from oppipari.rounds.models import Round
from oppipari.rounds.queries import taking_part


@dataclass(frozen=True, slots=True)
class NewPair:
    """A suggested new pair among those who are free, with why."""

    ids: str
    names: str
    word: str
    tone: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Joining:
    """A free person who could join a pair that then is a trio."""

    sign_up: int
    name: str
    pair: int
    pair_names: str


@dataclass(frozen=True, slots=True)
class Reform:
    """New pairs after publishing: what the engine suggests, and what is possible for those whom it leaves without."""

    pairs: list[NewPair]
    joinings: list[Joining]
    waiting: list[str]
    person_ids: tuple[int, ...]


def reform(round_: Round) -> Reform:
    """The best new pairs of those who look for one in a running round, and trios for those left over.

    Whose pair ended comes before who waited from the start, where somebody has to be left over and in the offers of
    trios. A fixed number of queries.
    """
    lang = problem.language()
    sign_ups = taking_part(round_)
    by_key = {str(s.pk): s for s in sign_ups}
    groups: dict[int, list[str]] = defaultdict(list)
    current = PairMember.objects.filter(pair__round=round_, left_at=None).select_related("pair")
    for place in current:
        groups[place.pair_id].append(str(place.sign_up_id))
    finished = {p.pair_id for p in current if p.pair.state != Pair.State.MEETING}
    looks = set(looking(round_).values_list("pk", flat=True))
    first = {str(pk) for pk in left_by_their_pair(round_).values_list("pk", flat=True)}
    free = [s for s in sign_ups if s.pk in looks]
    labels = problem.labels(sign_ups, lang)
    names = {k: str(s.person) for k, s in by_key.items()}
    engine = problem.build(round_, sign_ups)
    made: list[NewPair] = []
    left = [str(s.pk) for s in free]
    if len(free) >= 2:
        small = problem.build(round_, free)
        try:
            plan = pairing.solve_with_priority(small, first, time_limit=problem.TIME_LIMIT)
        except pairing.PairingError:
            plan = None
        if plan is not None:
            left = list(plan.waiting)
            for group in plan.pairs:
                a, b = group.members
                why = pairing.why(small, a, b)
                told = words.reasons(why, names, labels, lang)
                made.append(
                    NewPair(" ".join(group.members), joined([names[a], names[b]]), told[0], str(why.fit), told[1:])
                )
    joinings: list[Joining] = []
    taken: set[int] = set()
    for key in sorted(left, key=lambda k: (k not in first, int(k))):
        options = [
            (-sum(engine.score(key, k) for k in keys), pair, keys)
            for pair, keys in groups.items()
            if len(keys) == 2
            and pair not in finished
            and pair not in taken
            and all(k in by_key and engine.allowed(key, k) for k in keys)
        ]
        if options:
            _score, pair, keys = min(options)
            taken.add(pair)
            joinings.append(Joining(int(key), names[key], pair, joined([names[k] for k in keys])))
    return Reform(
        pairs=made,
        joinings=joinings,
        waiting=[names[k] for k in left if int(k) not in {j.sign_up for j in joinings}],
        person_ids=tuple(s.person_id for s in sign_ups),
    )
