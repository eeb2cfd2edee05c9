"""The only bridge to the engine: sign-ups of a round in, a `pairing.Problem` out, and words back.

A person's key is their sign-up's id as text. What somebody wrote about a person they cannot be paired with goes into
the problem as an exclusion and comes out of it only as "not possible in this round".
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import get_language

from oppipari import pairing
from oppipari.organisation.models import Role
from oppipari.pairing import words
from oppipari.pairs.constraints import Constraints
from oppipari.pairs.hashes import twos_among
from oppipari.pairs.models import EarlierPair, KeptApart
from oppipari.pairs.names import NameIndex, Two, for_namesakes_too, two
from oppipari.rounds import vocabulary
from oppipari.rounds.models import Round, SignUp

# The engine stops raising the floor after this many seconds and says so in its proof.
TIME_LIMIT = 20.0


def supervisor_ids(round_: Round) -> set[int]:
    """Ids of the people who supervise the round's unit."""
    found = Role.objects.filter(unit_id=round_.unit_id, kind=Role.Kind.SUPERVISOR)
    return set(found.values_list("person_id", flat=True))


def participants(sign_ups: Sequence[SignUp], supervisors: Iterable[int] = ()) -> list[pairing.Participant]:
    """The sign-ups as the engine sees them; `supervisors` are person ids, who are nobody's partner in their own unit.

    Two supervisors of the same unit are not each other's supervisor.
    """
    above = set(supervisors)
    bosses = frozenset(str(s.pk) for s in sign_ups if s.person_id in above)
    return [
        pairing.Participant(
            key=str(s.pk),
            shares=tuple(s.shares),
            wants=tuple(s.wants),
            stage=pairing.Stage(s.stage) if s.stage else None,
            wished_stages=frozenset([pairing.Stage(s.wished_stage)] if s.wished_stage else []),
            slots=frozenset(s.slots),
            languages=frozenset(s.languages),
            way=pairing.Way(s.way) if s.way else None,
            team=str(s.team_id or ""),
            supervisors=frozenset() if s.person_id in above else bosses,
            waited_last_round=s.waited_last_round,
        )
        for s in sign_ups
    ]


def _everyone(round_: Round, sign_ups: Sequence[SignUp]) -> list[SignUp]:
    """These sign-ups, and all others of the round that the supervisor knew, those who withdrew among them."""
    there = {s.pk for s in sign_ups}
    known = SignUp.objects.filter(round=round_).exclude(confirmed_at=None)
    missing = set(known.values_list("pk", flat=True)) - there
    if not missing:
        return list(sign_ups)
    return [*sign_ups, *SignUp.objects.filter(pk__in=missing).select_related("person", "exclusion")]


def exclusions(sign_ups: Sequence[SignUp]) -> set[Two]:
    """Pairs that one of the two has said they cannot be in (`exclusion` must be selected with the sign-ups)."""
    texts = [(s.pk, s.exclusion.text) for s in sign_ups if hasattr(s, "exclusion") and s.exclusion.text]
    if not texts:
        return set()
    index = NameIndex(sign_ups)
    return {two(pk, other) for pk, text in texts for other in index.meant_by(text) if other != pk}


def _sign_ups_of(sign_ups: Sequence[SignUp], purpose: str, known: Iterable[str]) -> set[Two]:
    """The two sign-ups of every known key whose people are among these."""
    by_person = {s.person_id: s.pk for s in sign_ups}
    return {two(by_person[a], by_person[b]) for a, b in twos_among(purpose, list(by_person), known)}


def earlier_pairs(round_: Round, sign_ups: Sequence[SignUp]) -> set[Two]:
    """Pairs of earlier rounds among these people, found by their keyed hashes."""
    known = EarlierPair.objects.filter(organisation_id=round_.unit.organisation_id).values_list("key", flat=True)
    return _sign_ups_of(sign_ups, EarlierPair.PURPOSE, known)


def kept_apart(round_: Round, sign_ups: Sequence[SignUp]) -> set[Two]:
    """Pairs that were excluded when the round's pairs were published, found by their keyed hashes.

    Before that: pairs that somebody who withdrew had excluded, or was excluded from, while they are away; and those that
    words forbade to somebody as they were called before.
    """
    known = list(KeptApart.objects.filter(round=round_).values_list("key", flat=True))
    found = _sign_ups_of(sign_ups, KeptApart.purpose(round_.pk), known)
    if round_.state not in (Round.State.SIGN_UP, Round.State.PAIRING):
        return found
    away = {str(s.pk) for s in sign_ups if s.withdrawn_at is not None}
    as_called = _sign_ups_of(sign_ups, KeptApart.purpose_as_called(round_.pk), known)
    return {each for each in found if away & set(each)} | as_called


def excluded(round_: Round, sign_ups: Sequence[SignUp]) -> set[Two]:
    """Pairs of everybody in the round that somebody's words keep apart, whoever wrote them, namesakes included."""
    everyone = _everyone(round_, sign_ups)
    return for_namesakes_too(everyone, exclusions(everyone) | kept_apart(round_, everyone))


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules between these people that do not depend on what the supervisor fixed.

    `apart` are the obstacles that are not named: exclusions and earlier pairs, in one set, so that the engine itself
    cannot tell them apart.
    """

    supervisors: set[int]
    apart: set[Two]


def rules_between(round_: Round, sign_ups: Sequence[SignUp]) -> Rules:
    """The rules between these people, to build several problems with.

    What is unnamed holds for namesakes too, and what somebody wrote who has withdrawn since goes on holding for theirs.
    Otherwise whoever signs up under somebody's name would read which of two people wrote, or that it was an earlier
    round.
    """
    everyone = _everyone(round_, sign_ups)
    unnamed = exclusions(everyone) | kept_apart(round_, everyone) | earlier_pairs(round_, everyone)
    here = {str(s.pk) for s in sign_ups}
    apart = {each for each in for_namesakes_too(everyone, unnamed) if here.issuperset(each)}
    return Rules(supervisors=supervisor_ids(round_), apart=apart)


def build(
    round_: Round, sign_ups: Sequence[SignUp], constraints: Constraints | None = None, rules: Rules | None = None
) -> pairing.Problem:
    """Everything the engine needs for these people; raises a PairingError for constraints that cannot hold.

    `rules` are given where several problems of the same people are built.
    """
    fixed = constraints or Constraints()
    rules = rules or rules_between(round_, sign_ups)
    return pairing.Problem.from_participants(
        participants(sign_ups, rules.supervisors),
        forbidden=[(str(a), str(b)) for a, b in fixed.forbidden],
        exclusions=rules.apart,
        locked=[(str(a), str(b)) for a, b in fixed.locked],
        trios=[(str(a), str(b), str(c)) for a, b, c in fixed.trios],
        set_aside=[str(k) for k in fixed.set_aside],
        seed=f"round {round_.pk}",
    )


def for_reasons(sign_ups: Sequence[SignUp]) -> pairing.Problem:
    """A problem that only tells why two people suit each other: no rule, and no query."""
    return pairing.Problem.from_participants(participants(sign_ups))


class Versioned(Protocol):
    """Anything that knows which sign-up it is and how often that was changed."""

    @property
    def pk(self) -> int: ...
    @property
    def version(self) -> int: ...


def basis(sign_ups: Iterable[Versioned]) -> str:
    """A hash of which sign-ups, as last changed, a plan rests on; another one means that the plan is out of date."""
    text = ";".join(f"{s.pk}.{s.version}" for s in sorted(sign_ups, key=lambda s: s.pk))
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def reason_told(reason: pairing.Wait) -> pairing.Wait:
    """A reason of waiting as it is told: plans made by an earlier version knew earlier pairs from private exclusions."""
    return pairing.Wait.NOBODY_POSSIBLE if reason == pairing.Wait.ONLY_EARLIER_PAIRS else reason


def language() -> str:
    """The reader's language, or English where the engine has no words in it yet."""
    code = (get_language() or "en")[:2]
    return code if code in words.languages() else "en"


def labels(sign_ups: Iterable[SignUp], lang: str) -> dict[str, str]:
    """What to show for every competence that these sign-ups name."""
    return {key: vocabulary.label(key, lang) for s in sign_ups for key in (*s.shares, *s.wants)}


def told(explanation: pairing.Explanation) -> dict[str, object]:
    """What a published pair keeps of its explanation: why the two, without points, which would only rank people."""
    return {
        "a": explanation.a,
        "b": explanation.b,
        "a_learns": list(explanation.a_learns),
        "b_learns": list(explanation.b_learns),
        "common_slots": list(explanation.common_slots),
        "other_team": explanation.other_team,
        "fit": str(explanation.fit),
    }


def retold(data: Mapping[str, object]) -> pairing.Explanation:
    """What `told` kept, as the engine's words take it."""

    def listed(name: str) -> tuple:  # type: ignore[type-arg]
        found = data.get(name)
        return tuple(found) if isinstance(found, list) else ()

    return pairing.Explanation(
        a=str(data["a"]),
        b=str(data["b"]),
        score=0,
        points={},
        a_learns=listed("a_learns"),
        b_learns=listed("b_learns"),
        common_slots=listed("common_slots"),
        other_team=bool(data.get("other_team")),
        fit=pairing.Fit(str(data["fit"])),
    )
