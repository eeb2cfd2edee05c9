"""Made-up people, units and rounds for tests."""

import random
from datetime import datetime, time, timedelta
from typing import Any

import factory
from django.utils import timezone

from oppipari.messages.hours import ZONE
from oppipari.organisation.models import Organisation, Person, Role, Unit
from oppipari.pairs import actions
from oppipari.pairs.models import Pair, PairMember
from oppipari.pairs.mornings import next_morning
from oppipari.rounds.models import Round, SignUp


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Kaupunki {n}")


class UnitFactory(factory.django.DjangoModelFactory[Unit]):
    class Meta:
        model = Unit

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Kuusikoti {n}")


class PersonFactory(factory.django.DjangoModelFactory[Person]):
    class Meta:
        model = Person

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Aino Esimerkki {n}")
    email = factory.Sequence(lambda n: f"aino.{n}@example.org")
    email_confirmed_at = factory.LazyFunction(timezone.now)


def supervisor_of(unit: Unit, **fields: Any) -> Person:
    person = PersonFactory(organisation=unit.organisation, **fields)
    Role.objects.create(person=person, kind=Role.Kind.SUPERVISOR, unit=unit)
    return person


def member_of(unit: Unit, **fields: Any) -> Person:
    person = PersonFactory(organisation=unit.organisation, **fields)
    Role.objects.create(person=person, kind=Role.Kind.MEMBER, unit=unit)
    return person


class RoundFactory(factory.django.DjangoModelFactory[Round]):
    class Meta:
        model = Round

    unit = factory.SubFactory(UnitFactory)
    name = factory.Sequence(lambda n: f"Kierros {n}")
    sign_up_closes = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=14))


class SignUpFactory(factory.django.DjangoModelFactory[SignUp]):
    class Meta:
        model = SignUp

    round = factory.SubFactory(RoundFactory)
    person = factory.LazyAttribute(lambda o: member_of(o.round.unit))
    shares = factory.Sequence(lambda n: [["medication", "wound-care"], ["first-aid", "nutrition"]][n % 2])
    wants = factory.Sequence(lambda n: [["first-aid", "nutrition"], ["medication", "wound-care"]][n % 2])
    stage = SignUp.Stage.MID
    slots = [0, 3, 6, 9, 12]
    languages = ["fi"]
    confirmed_at = factory.LazyFunction(timezone.now)


def many_sign_ups(round_: Round, people: int) -> list[SignUp]:
    """So many confirmed sign-ups, made in bulk: all different, the same every time."""
    start = SignUp.objects.filter(round=round_).count()
    made = Person.objects.bulk_create(
        Person(
            organisation=round_.unit.organisation,
            name=f"Ihminen {start + i:04}",
            email=f"ihminen.{round_.pk}.{start + i}@example.org",
        )
        for i in range(people)
    )
    Role.objects.bulk_create(Role(person=p, kind=Role.Kind.MEMBER, unit=round_.unit) for p in made)
    r = random.Random(people)
    tags = [f"tag-{i}" for i in range(60)]
    return SignUp.objects.bulk_create(
        SignUp(
            round=round_,
            person=p,
            shares=r.sample(tags, 4),
            wants=r.sample(tags, 4),
            stage=r.choice(SignUp.Stage.values),
            slots=sorted(r.sample(range(21), 6)),
            languages=["fi"],
            confirmed_at=timezone.now(),
        )
        for p in made
    )


def pair_of(round_: Round, size: int = 2) -> Pair:
    """A published pair (or trio) of new sign-ups of `round_`."""
    pair = Pair.objects.create(round=round_, meetings_agreed=round_.meetings_wanted)
    for _ in range(size):
        sign_up = SignUpFactory(round=round_)
        PairMember.objects.create(pair=pair, sign_up=sign_up, person=sign_up.person)
    return pair


def people_of(pair: Pair) -> list[Person]:
    """Who is or was in a pair, in the order in which they came."""
    return [m.person for m in pair.members.select_related("person").order_by("pk")]


def ended(pair: Pair, by: Person) -> None:
    """Let `by` ask for another partner, and the morning come on which the pair ends."""
    actions.ask_again(pair, by)
    day = next_morning(timezone.now())
    assert actions.end_what_was_asked(datetime.combine(day, time(8, 5), ZONE)) == 1
    pair.refresh_from_db()


def met(pair: Pair, times: int | None = None, *, last: int = 1, apart: int = 28) -> None:
    """Let a pair have held `times` meetings (None: as many as agreed), the last one `last` days ago."""
    count = pair.meetings_agreed - pair.meetings.filter(state="held").count() if times is None else times
    for i in range(count):
        start = timezone.now() - timedelta(days=last + apart * i)
        pair.meetings.create(starts_at=start, minutes=60, state="held")
