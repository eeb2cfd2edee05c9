"""What the actions share: who may, the round held for the transaction, names, messages."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from oppipari import pairing
from oppipari.messages.actions import link, send
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Person, Role
from oppipari.organisation.queries import answers_go_to
from oppipari.pairing import words
from oppipari.pairs import problem
from oppipari.pairs.models import PAIR_SIZE, EarlierPair, KeptApart, Pair, PairMember
from oppipari.pairs.names import by_name
from oppipari.pairs.naming import about_pair
from oppipari.rounds.models import RUNNING, Round, SignUp
from oppipari.rounds.naming import about
from oppipari.rounds.queries import Named

State = Round.State


def held_pair(pair: Pair) -> Pair:
    """The pair as it is in the database now, held for this transaction, with its round.

    Who needs both holds the round first, as publishing does; in the other order two would wait for each other.
    """
    return Pair.objects.select_for_update(of=("self",)).select_related("round__unit").get(pk=pair.pk)


def own_place(pair: Pair, by: Person) -> PairMember:
    """The place of `by` in a pair that they are in now; DomainError when there is none.

    What a closed round has left are the pairs that go on; the others stay as they were.
    """
    place = pair.members.filter(person=by, left_at=None).first()
    if place is None:
        raise DomainError(_("This pair is no longer yours."))
    if pair.round.state not in RUNNING and pair.state != Pair.State.MEETING:
        raise DomainError(_("The round is closed, so nothing can be changed any more. Thank you for taking part."))
    return place


def in_words(error: pairing.PairingError, sign_ups: Sequence[SignUp]) -> DomainError:
    """An error of the engine as a message for the supervisor."""
    named = [Named(s.pk, s.version, s.person_id, str(s.person), s.person.email or "") for s in sign_ups]
    names = {str(pk): name for pk, name in by_name(named)}
    return DomainError(words.error(error, names, problem.language()))


def make_pair(round_: Round, sign_ups: Sequence[SignUp], engine: pairing.Problem) -> Pair:
    """Store one pair or trio with why they suit each other, and the hash that keeps them from being paired again."""
    keys = sorted(str(s.pk) for s in sign_ups)
    whys = [problem.told(pairing.why(engine, a, b)) for a, b in combinations(keys, 2)]
    pair = Pair.objects.create(round=round_, meetings_agreed=round_.meetings_wanted, explanation={"whys": whys})
    PairMember.objects.bulk_create(
        PairMember(pair=pair, sign_up=s, person_id=s.person_id) for s in sorted(sign_ups, key=lambda s: s.pk)
    )
    remember(round_, [[s.person_id for s in sign_ups]])
    return pair


def remember(round_: Round, groups: Iterable[Sequence[int]]) -> None:
    """Keep the hashes of these people (person ids) as earlier pairs."""
    organisation = round_.unit.organisation_id
    EarlierPair.objects.bulk_create(
        [
            EarlierPair(organisation_id=organisation, key=EarlierPair.key_of(two))
            for group in groups
            for two in combinations(group, 2)
        ],
        ignore_conflicts=True,
    )


def keep_apart(round_: Round, twos: Iterable[tuple[str, str]], *, as_called: bool = False) -> None:
    """Keep the hashes of these pairs (sign-up ids as text), which are not formed in this round whatever happens.

    `as_called`: where one of the two is about to be called otherwise, so that it holds before publishing, too.
    """
    key_of = KeptApart.key_as_called if as_called else KeptApart.key_of
    pairs = sorted((int(a), int(b)) for a, b in twos)
    rows = SignUp.objects.filter(round=round_, pk__in={pk for each in pairs for pk in each})
    person = dict(rows.values_list("pk", "person_id"))
    KeptApart.objects.bulk_create(
        [KeptApart(round=round_, key=key_of(round_.pk, (person[a], person[b]))) for a, b in pairs],
        ignore_conflicts=True,
    )


def tell(people: Iterable[Person], kind: str, path: str, key: str, pair: Pair) -> None:
    """Send each the same message about `pair`, always in the same order, so that nothing can be read from it.

    It says which pair to those who have more than one round. They answer to a supervisor.
    """
    people = list(people)
    for person in sorted(people, key=lambda p: p.pk):
        if person.email:
            said = {"trio": len(people) > PAIR_SIZE, **about_pair(person, pair)}
            answers = answers_go_to(pair.round.unit_id, person)
            _send(person, kind, path, f"{kind}:{key}", said, answers)


def _send(person: Person, kind: str, path: str, key: str, said: dict[str, Any], reply_to: str = "") -> None:
    send(
        to=person.email or "",
        kind=kind,
        language=person.language,
        context={"url": link(path), **said},
        key=f"{key}:{person.pk}",
        reply_to=reply_to,
    )


def tell_supervisors(round_: Round, kind: str, today: date) -> None:
    """Tell the round's supervisors that a pair ended or a new one is needed: once a day, whatever else happens on it."""
    roles = Role.objects.filter(unit_id=round_.unit_id, kind=Role.Kind.SUPERVISOR).select_related("person")
    for boss in sorted((role.person for role in roles), key=lambda p: p.pk):
        if boss.email:
            path = reverse("board", args=[round_.pk])
            _send(boss, kind, path, f"pairs:{round_.pk}:{today}", about(boss, round_))
