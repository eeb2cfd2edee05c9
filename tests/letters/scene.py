"""A unit in the middle of its round, all of one language, in which every letter can come about."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.clock import Clock
from tests.factories import OrganisationFactory, PersonFactory, RoundFactory, UnitFactory, member_of, supervisor_of

from oppipari.messages.models import Outgoing
from oppipari.organisation.models import Person
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round, SignUp

NAMES = [
    "Aino Aalto",
    "Bertta Berg",
    "Cecilia Dahl",
    "Daavid Eklund",
    "Eeva Forss",
    "Fanny Grön",
    "Greta Holm",
    "Helmi Ilola",
]


def address(name: str) -> str:
    return f"{name.lower().replace(' ', '.').replace('ö', 'o')}@example.org"


class Scene:
    """Two supervisors, a pair, a trio, and three who look for a partner; it is a working morning, ten o'clock."""

    def __init__(self, clock: Clock, language: str) -> None:
        self.clock, self.language = clock, language
        unit = UnitFactory(name="Kuusikoti", organisation=OrganisationFactory(name="Kaupunki"))
        self.round: Round = RoundFactory(unit=unit, name="Kevät 2027", state=Round.State.MEETING)
        self.boss, self.fellow = (
            supervisor_of(unit, name=name, email=address(name), language=language)
            for name in ("Ritva Salo", "Tuula Vuori")
        )
        people = [self.somebody(name) for name in NAMES]
        self.pair, self.trio = self.published(people[:2]), self.published(people[2:5])
        self.looking = [self.signed_up(person) for person in people[5:]]

    def somebody(self, name: str) -> Person:
        return member_of(self.round.unit, name=name, email=address(name), language=self.language)

    def stranger(self, name: str) -> Person:
        organisation = self.round.unit.organisation
        person: Person = PersonFactory(
            organisation=organisation, name=name, email=address(name), language=self.language
        )
        return person

    def signed_up(self, person: Person) -> SignUp:
        tags = ["medication", "first-aid"]
        return SignUp.objects.create(
            round=self.round, person=person, shares=tags, wants=tags, stage="mid", slots=[0, 3, 6], languages=["fi"],
            confirmed_at=timezone.now(),
        )  # fmt: skip

    def published(self, people: Sequence[Person]) -> Pair:
        pair = Pair.objects.create(round=self.round, meetings_agreed=3)
        PairMember.objects.bulk_create(
            PairMember(pair=pair, sign_up=self.signed_up(person), person=person) for person in people
        )
        return pair

    def members(self, pair: Pair) -> list[Person]:
        return [m.person for m in pair.members.filter(left_at=None).select_related("person").order_by("pk")]

    def times(self, *days: int, way: str = "face_to_face") -> list[dict[str, Any]]:
        start = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)  # 14 in Helsinki
        return [
            {"starts_at": start + timedelta(days=d), "minutes": 60, "way": way, "place": "Takkahuone"} for d in days
        ]

    def letters(self, kind: str) -> list[Outgoing]:
        return list(Outgoing.objects.filter(kind=kind, sent_at=None).exclude(to="").order_by("created_at"))
