"""A whole round of nine people in Finnish, from the first sign-in link to the closed round, without mail.

The supervisor sits at a laptop, the participants hold phones; played with and without JavaScript. Only the clock is
helped: meetings that were agreed are moved into the past, and mornings pass at once, since nobody can wait for months.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.journeys.walker import Walker

from oppipari.meetings.models import Meeting
from oppipari.messages.hours import ZONE
from oppipari.organisation.actions import first_start
from oppipari.organisation.models import Person
from oppipari.pairs.actions import settle_wills
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round, SignUp

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = ["Aino Laine", "Eino Mäkelä", "Fatima Hassan", "Kari Niemi", "Leena Virtanen", "Mikko Saari", "Noora Koski", "Olli Heikkinen", "Päivi Lahti"]  # fmt: skip
SHARES = [["Lääkehoito"], ["Haavanhoito", "Kirjaaminen"], ["Teamsin käyttö"]]


@pytest.mark.either_database
def test_a_whole_round(live_server: Any, new_page: Callable[..., Any]) -> None:
    """With scripts on SQLite and without on PostgreSQL: each is played once, and either way by visitors (test_on_any_day)."""
    scripts = connection.vendor == "sqlite"
    checked: set[str] = set()

    def somebody(width: int) -> Walker:
        return Walker(new_page(width=width, scripts=scripts), live_server.url, scripts=scripts, checked=checked)

    walk(somebody, PEOPLE if scripts else PEOPLE[:5])


def walk(somebody: Callable[[int], Any], people: Sequence[str] = PEOPLE) -> None:
    """The whole round by people at screens of so many pixels: walkers with a browser, or visitors without one.

    `people` are an odd number, so that three of them are put together.
    """
    boss = somebody(1280)
    _set_up(boss)
    invitation = _open_round(boss)
    phones = {name: somebody(390) for name in people}
    for number, (name, phone) in enumerate(phones.items()):
        _sign_up(phone, invitation, name, number)
    _form_pairs(boss)
    round_ = Round.objects.get()
    for pair in Pair.objects.all():
        members = [phones[m.person.name] for m in pair.members.select_related("person")]
        _live_as_pair(boss, members, pair, round_)
    _share_an_insight([phones[m.person.name] for m in Pair.objects.earliest("pk").members.select_related("person")])
    _evaluate(boss, phones, round_)


def _set_up(boss: Any) -> None:
    boss.open("/")
    boss.sees("Kaksi työkaveria, molemmat oppivat")
    boss.open(f"/link/{first_start()}/")
    boss.press("Kirjaudu")
    boss.press("Tallenna ja avaa ensimmäinen kierros")
    boss.sees("Kirjoita nimesi: se näkyy kutsussa.")  # nothing filled in: told at the field, in Finnish
    boss.fill("Nimesi", "Ritva Salo")
    boss.fill("Työsähköpostisi", "ritva.salo@example.org")
    boss.fill("Organisaatio", "Järvenrannan hyvinvointialue")
    boss.fill("Työyksikkösi", "Kuusikoti")
    boss.press("Tallenna ja avaa ensimmäinen kierros")
    # No code comes by e-mail: what brings them back is theirs to keep before anything else.
    boss.sees("Ota ensin oma linkkisi talteen")
    boss.press("Linkki on tallessa: avaa ensimmäinen kierros")


def _open_round(boss: Any) -> str:
    assert boss.value("Montako tapaamista") == "3"
    boss.press("Avaa kierros")
    boss.sees("Kerro kierroksesta")
    assert boss.download("Diat suomeksi").endswith(".pptx")
    return boss.text_of("link")


def _sign_up(phone: Any, invitation: str, name: str, number: int) -> None:
    phone.open(invitation)
    phone.sees("Tervetuloa mentorointiin")
    phone.press("Ilmoittaudu")
    phone.fill("Nimesi", name)
    phone.fill("Työsähköpostisi", f"henkilo{number}@example.org")
    phone.press("Jatka")
    if number == 0:
        phone.press("Jatka")  # nothing chosen
        phone.sees("Valitse ainakin yksi.")
    for labels in (SHARES[number % 3], SHARES[(number + 1) % 3]):
        for label in labels:
            if not phone.scripts or number == 1:
                phone.fill("Omin sanoin", label)
                phone.press("Etsi")
                phone.choose(label)
            else:
                phone.fill("Omin sanoin", label)  # the list narrows while one writes
                phone.choose(label)
        phone.press("Jatka")
    phone.press("Arkiaamut")
    phone.press("Jatka")
    phone.tick("keskivaiheilla")
    phone.press("Jatka")
    phone.sees("Tarkista vastauksesi")
    phone.press("Lähetä ilmoittautumiseni")
    phone.sees("Kiitos, olet ilmoittautunut")
    phone.sees("Ota oma linkkisi talteen")
    if name == "Aino Laine":  # the phone was lost: the own link leads back on another one
        own = phone.text_of("own-link")
        phone.take_another_device()
        phone.open(own)
        phone.press("Kirjaudu")
        phone.sees("Hei, Aino Laine")


def _form_pairs(boss: Any) -> None:
    boss.open("/home/")
    boss.press("Katso ilmoittautumiset")
    boss.press("Katsoin kaikki")
    boss.sees(f"{SignUp.objects.count()} ihmistä on mukana.")
    boss.press("Sulje ilmoittautuminen ja muodosta parit")
    boss.press("Ehdota pareja")
    boss.sees("todistettu")
    boss.press("Lukitse")
    boss.sees("on nyt lukittu pariksi. Se ei maksa pisteitä.")
    boss.press("Kumoa")
    boss.sees("Kumottu: ")
    boss.sees_not("Se ei maksa pisteitä.")
    boss.press("Estä tämä pari")
    boss.sees("eivät tule pariksi.")
    boss.press("Kumoa")
    boss.press("Tee tämä kolmikko")
    boss.press("Katso vielä kerran ja julkaise")
    assert not Pair.objects.exists()
    boss.press("Julkaise")
    assert Pair.objects.count() == SignUp.objects.count() // 2
    assert PairMember.objects.count() == SignUp.objects.count()


def _live_as_pair(boss: Any, members: list[Any], pair: Pair, round_: Round) -> None:
    first = members[0]
    for member in members:
        member.open("/home/")
        member.open(f"/pair/{pair.pk}/")
        member.sees("Miksi juuri te")
        member.press("Sopii hyvin")
    first.open(f"/pair/{pair.pk}/goals/")
    first.fill_kind("text", "x" * 141)
    first.press("Tallenna tavoitteet")
    first.sees("140 merkkiä")
    assert first.value_of_kind("text") == "x" * 141
    first.fill_kind("text", "Rauhallisempi vuoronvaihto")
    first.press("Tallenna tavoitteet")
    first.open(f"/pair/{pair.pk}/meetings/new/")
    first.press("Ehdota näitä tapaamisia")
    assert pair.meetings.count() == 3
    members[1].open(f"/pair/{pair.pk}/")
    members[1].press("Ei sovi, ehdotan toista")
    moved = pair.meetings.earliest("starts_at")
    day = (timezone.localtime(moved.starts_at) + timedelta(days=1)).date()
    members[1].fill_kind("date", day.isoformat())
    members[1].press("Ehdota tätä aikaa")
    members[1].sees("Uutta aikaa on ehdotettu")
    for member in members:
        member.open(f"/pair/{pair.pk}/")
        if member is first:
            member.press_first_with("Sopii")
        else:
            member.press("Kaikki nämä sopivat")
    boss.open(f"/rounds/{round_.pk}/meetings/")
    boss.press("Hyväksy kaikki")
    assert pair.meetings.filter(state="agreed").count() == 3
    first.open(f"/pair/{pair.pk}/")
    assert first.download("Omaan kalenteriin").endswith(".ics")
    for weeks, meeting in enumerate(pair.meetings.all(), start=1):
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(weeks=weeks, hours=pair.pk))
    for _ in range(3):
        first.open(f"/pair/{pair.pk}/")
        first.press("Tapasimme")
    _say_whether_to_go_on(members, pair, wants=pair == Pair.objects.latest("pk"))


def _say_whether_to_go_on(members: list[Any], pair: Pair, *, wants: bool) -> None:
    for member in members:
        member.open(f"/pair/{pair.pk}/")
        member.press("Haluatko jatkaa?")
        member.sees("Muuten yhteiset tapaamisenne päättyvät sovitusti.")
        member.choose("Kyllä" if wants else "Ei nyt")
        member.press("Lähetä vastaukseni")
        member.sees("Olet vastannut.")
    pair.refresh_from_db()
    assert (pair.state, pair.meetings_agreed) == (Pair.State.MEETING, 3)  # not even the last one sees what came of it
    for day in range(1, 20):
        settle_wills(datetime.combine(timezone.localdate() + timedelta(days=day), time(8, 5), ZONE))
    pair.refresh_from_db()
    assert (pair.state, pair.meetings_agreed) == ((Pair.State.MEETING, 5) if wants else (Pair.State.FINISHED, 3))
    assert not PairMember.objects.filter(pair=pair).exclude(goes_on=None).exists()
    for member in members:
        member.open(f"/pair/{pair.pk}/")
        member.sees("Jatkatte: vielä 2 tapaamista." if wants else "Kiitos yhteisestä oppimisesta")


def _share_an_insight(members: list[Any]) -> None:
    first, second = members[:2]
    first.open("/home/")
    pair = PairMember.objects.get(person__name=_name(first), left_at=None).pair_id
    first.open(f"/pair/{pair}/insights/new/")
    first.fill("Ajatus, joka sujuvoittaa", "Viisi hiljaista minuuttia ennen raporttia.")
    first.press("Tallenna luonnos")
    draft = first.address
    first.press("Hyväksyn tämän tekstin")
    first.sees("Olet hyväksynyt tämän tekstin")
    for other in members[1:]:
        other.open(draft)
        other.press("Hyväksyn tämän tekstin")
    second.sees("Yksikön seinällä")
    unit = Round.objects.get().unit_id
    second.open(f"/units/{unit}/insights/")
    second.sees("Viisi hiljaista minuuttia")


def _name(walker: Any) -> str:
    return walker.heading().removeprefix("Hei, ")


def _evaluate(boss: Any, phones: dict[str, Any], round_: Round) -> None:
    boss.open(f"/rounds/{round_.pk}/evaluation/")
    boss.press("Avaa kysely")
    for number, phone in enumerate(phones.values()):
        phone.open("/home/")
        phone.press("Vastaa kyselyyn")
        for i in range(phone.count("fieldset")):
            phone.rate(i, 3 + (i + number) % 2)
        phone.press("Lähetä vastaukset")
        phone.sees("Kiitos vastauksistasi")
    boss.open(f"/rounds/{round_.pk}/evaluation/")
    boss.sees_not("keskiarvo")
    boss.press("Sulje kysely")
    boss.press("Sulje ja näytä luvut")
    boss.sees("keskiarvo")
    boss.press("Avaa istunnon sivu")
    boss.press("Aloita")
    boss.press("Johtopäätökset")
    boss.conclude("worked", "Tapaamiset työajalla onnistuivat.")
    boss.press("Päätä kierros")
    boss.press("Päätä kierros")
    boss.sees("Mitä kierros toi")
    boss.sees(f"{len(phones)} ihmistä osallistui.")
    round_.refresh_from_db()
    assert round_.state == Round.State.CLOSED
    someone = phones["Aino Laine"]
    someone.open(f"/rounds/{round_.pk}/closing/")
    someone.sees("Tapaamiset työajalla onnistuivat.")
    boss.press("Aloita seuraava kierros")
    boss.press("Avaa seuraava kierros")
    assert Round.objects.filter(copied_from=round_).count() == 1
    assert Person.objects.count() == len(phones) + 1
