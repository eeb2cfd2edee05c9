"""The only bridge to the engine: sign-ups of a round in, a `pairing.Problem` out, and words back.

A person's key is their sign-up's id as text. What somebody wrote about a person they cannot be paired with goes into
the problem as an exclusion and comes out of it only as "not possible in this round".
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import get_language

from oppipari import pairing
from oppipari.organisation.models import Role
from oppipari.organisation.text import fold
from oppipari.pairing import words
from oppipari.pairs.constraints import Constraints
from oppipari.pairs.hashes import twos_among
from oppipari.pairs.models import EarlierPair, KeptApart
from oppipari.rounds import vocabulary
from oppipari.rounds.models import Round, SignUp

Two = tuple[str, str]
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


# What people write between two names.
_BETWEEN = re.compile(r"[,;/&\n]|\b(?:ja|tai|sekä|eikä|och|eller|and|or)\b")


def _words(text: str) -> set[str]:
    return {w.strip(".-'") for w in re.findall(r"[\w.+@'-]+", text)} - {""}


class NameIndex:
    """Finds the people whom a text means, by name or address, without comparing it with everybody."""

    def __init__(self, sign_ups: Iterable[SignUp]) -> None:
        self.names: dict[int, tuple[SignUp, set[str]]] = {}
        self.by_word: dict[str, list[int]] = defaultdict(list)
        self.by_address: dict[str, list[int]] = defaultdict(list)
        for s in sign_ups:
            name = _words(fold(s.person.name))
            self.names[s.pk] = s, name
            for word in name:
                self.by_word[word].append(s.pk)
            for address in {fold(a) for a in (s.person.email, s.claimed_email) if a}:
                self.by_address[address].append(s.pk)

    def meant_by(self, text: str) -> list[SignUp]:
        """The people a text like "Virtanen Maija ja Ossi" means, in any order and letters' case.

        Where it is not certain who is meant (only a first name, and there are two), all of them are: a pair too few is
        a smaller harm than the wrong pair.
        """
        meant: set[int] = set()
        for chunk in (_words(part) for part in _BETWEEN.split(fold(text))):
            for word in chunk:
                meant.update(self.by_address.get(word, ()))
                # Only who shares a word can be meant by it: all of the name is written, or all that is written is in it.
                for pk in self.by_word.get(word, ()):
                    name = self.names[pk][1]
                    if name <= chunk or chunk <= name:
                        meant.add(pk)
        return [self.names[pk][0] for pk in sorted(meant)]


def exclusions(sign_ups: Sequence[SignUp]) -> set[Two]:
    """Pairs that one of the two has said they cannot be in (`exclusion` must be selected with the sign-ups)."""
    texts = [(s.pk, s.exclusion.text) for s in sign_ups if hasattr(s, "exclusion") and s.exclusion.text]
    if not texts:
        return set()
    index = NameIndex(sign_ups)
    return {(str(min(pk, o.pk)), str(max(pk, o.pk))) for pk, text in texts for o in index.meant_by(text) if o.pk != pk}


def _sign_ups_of(sign_ups: Sequence[SignUp], purpose: str, known: Iterable[str]) -> set[Two]:
    """The two sign-ups of every known key whose people are among these."""
    by_person = {s.person_id: s.pk for s in sign_ups}
    twos = (sorted((by_person[a], by_person[b])) for a, b in twos_among(purpose, list(by_person), known))
    return {(str(a), str(b)) for a, b in twos}


def earlier_pairs(round_: Round, sign_ups: Sequence[SignUp]) -> set[Two]:
    """Pairs of earlier rounds among these people, found by their keyed hashes."""
    known = EarlierPair.objects.filter(organisation_id=round_.unit.organisation_id).values_list("key", flat=True)
    return _sign_ups_of(sign_ups, EarlierPair.PURPOSE, known)


def kept_apart(round_: Round, sign_ups: Sequence[SignUp]) -> set[Two]:
    """Pairs that were excluded when the round's pairs were published, found by their keyed hashes."""
    known = KeptApart.objects.filter(round=round_).values_list("key", flat=True)
    return _sign_ups_of(sign_ups, KeptApart.purpose(round_.pk), known)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules between these people that do not depend on what the supervisor fixed."""

    supervisors: set[int]
    excluded: set[Two]
    earlier: set[Two]


def rules_between(round_: Round, sign_ups: Sequence[SignUp]) -> Rules:
    """The rules between these people, to build several problems with."""
    return Rules(
        supervisors=supervisor_ids(round_),
        excluded=exclusions(sign_ups) | kept_apart(round_, sign_ups),
        earlier=earlier_pairs(round_, sign_ups),
    )


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
        exclusions=rules.excluded,
        earlier=rules.earlier,
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


def may_be_told(obstacle: pairing.Obstacle) -> pairing.Obstacle:
    """An obstacle as it is told: a pair of an earlier round and a private exclusion read the same."""
    hidden = (pairing.Rule.EARLIER_PAIR, pairing.Rule.NOT_POSSIBLE)
    return pairing.Obstacle(pairing.Rule.NOT_POSSIBLE) if obstacle.rule in hidden else obstacle


def reason_told(reason: pairing.Wait) -> pairing.Wait:
    """A reason of waiting as it is told: earlier pairs and private exclusions read the same here too."""
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
