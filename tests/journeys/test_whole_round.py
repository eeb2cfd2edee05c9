"""A whole round of nine people in Finnish, from the first sign-in link to the closed round, without mail.

The supervisor sits at a laptop, the participants hold phones; played with and without JavaScript. Only the clock is
helped: meetings that were agreed are moved into the past, and mornings pass at once, since nobody can wait for months.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.journeys.walker import Walker

from oppipari.meetings.models import Meeting
from oppipari.messages.hours import ZONE
from oppipari.organisation.actions import first_start
from oppipari.organisation.models import Person
from oppipari.pairs.actions import settle_wills
from oppipari.pairs.models import Pair, PairMember
from oppipari.rounds.models import Round

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = ["Aino Laine", "Eino Mäkelä", "Fatima Hassan", "Kari Niemi", "Leena Virtanen", "Mikko Saari", "Noora Koski", "Olli Heikkinen", "Päivi Lahti"]  # fmt: skip
SHARES = [["Lääkehoito"], ["Haavanhoito", "Kirjaaminen"], ["Teamsin käyttö"]]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_whole_round(live_server: Any, new_page: Callable[..., Any], scripts: bool) -> None:
    checked: set[str] = set()

    def somebody(width: int) -> Walker:
        return Walker(new_page(width=width, scripts=scripts), live_server.url, scripts=scripts, checked=checked)

    boss = somebody(1280)
    _set_up(boss)
    invitation = _open_round(boss)
    phones = {name: somebody(390) for name in PEOPLE}
    for number, (name, phone) in enumerate(phones.items()):
        _sign_up(phone, invitation, name, number)
    _form_pairs(boss)
    round_ = Round.objects.get()
    for pair in Pair.objects.all():
        members = [phones[m.person.name] for m in pair.members.select_related("person")]
        _live_as_pair(boss, members, pair, round_)
    _share_an_insight([phones[m.person.name] for m in Pair.objects.earliest("pk").members.select_related("person")])
    _evaluate(boss, phones, round_)


def _set_up(boss: Walker) -> None:
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


def _open_round(boss: Walker) -> str:
    assert boss.page.get_by_label("Montako tapaamista").input_value() == "3"
    boss.press("Avaa kierros")
    boss.sees("Kerro kierroksesta")
    with boss.page.expect_download() as download:
        boss.page.get_by_role("link", name="Diat suomeksi").click()
    assert download.value.suggested_filename.endswith(".pptx")
    link: str = boss.page.locator("#link").inner_text()
    return link


def _sign_up(phone: Walker, invitation: str, name: str, number: int) -> None:
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
                phone.page.locator("label.choice", has_text=label).first.click()
            else:
                phone.fill("Omin sanoin", label)  # the list narrows while one writes
                phone.page.locator("#tags label.choice:visible", has_text=label).first.click()
        phone.press("Jatka")
    phone.press("Arkiaamut")
    phone.press("Jatka")
    phone.tick("keskivaiheilla")
    phone.press("Jatka")
    phone.sees("Tarkista vastauksesi")
    phone.press("Lähetä ilmoittautumiseni")
    phone.sees("Kiitos, olet ilmoittautunut")
    phone.sees("Ota oma linkkisi talteen")
    if number == 8:  # the phone was lost: the own link leads back on another one
        own = phone.page.locator("#own-link").inner_text()
        phone.page.context.clear_cookies()
        phone.open(own)
        phone.press("Kirjaudu")
        phone.sees("Hei, Päivi Lahti")


def _form_pairs(boss: Walker) -> None:
    boss.open("/home/")
    boss.press("Katso ilmoittautumiset")
    boss.press("Tunnen kaikki")
    boss.sees("9 ihmistä on mukana.")
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
    assert Pair.objects.count() == 4
    assert PairMember.objects.count() == 9


def _live_as_pair(boss: Walker, members: list[Walker], pair: Pair, round_: Round) -> None:
    first = members[0]
    for member in members:
        member.open("/home/")
        member.open(f"/pair/{pair.pk}/")
        member.sees("Miksi juuri te")
        member.press("Sopii hyvin")
    first.open(f"/pair/{pair.pk}/goals/")
    first.page.locator("main form input[type=text]").first.fill("x" * 141)
    first.press("Tallenna tavoitteet")
    first.sees("140 merkkiä")
    assert first.page.locator("main form input[type=text]").first.input_value() == "x" * 141
    first.page.locator("main form input[type=text]").first.fill("Rauhallisempi vuoronvaihto")
    first.press("Tallenna tavoitteet")
    first.open(f"/pair/{pair.pk}/meetings/new/")
    first.press("Ehdota näitä tapaamisia")
    assert pair.meetings.count() == 3
    members[1].open(f"/pair/{pair.pk}/")
    members[1].press("Siirrä")
    moved = pair.meetings.earliest("starts_at")
    day = (timezone.localtime(moved.starts_at) + timedelta(days=1)).date()
    members[1].page.locator("input[type=date]").fill(day.isoformat())
    members[1].press("Siirrä tapaaminen")
    members[1].sees("Tapaaminen siirrettiin")
    boss.open(f"/rounds/{round_.pk}/meetings/")
    boss.press("Hyväksy kaikki")
    assert pair.meetings.filter(state="agreed").count() == 3
    with first.page.expect_download() as download:
        first.page.goto(f"{first.base}/pair/{pair.pk}/")
        first.page.get_by_role("link", name="Omaan kalenteriin").first.click()
    assert download.value.suggested_filename.endswith(".ics")
    for weeks, meeting in enumerate(pair.meetings.all(), start=1):
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(weeks=weeks, hours=pair.pk))
    for _ in range(3):
        first.open(f"/pair/{pair.pk}/")
        first.press("Tapasimme")
    _say_whether_to_go_on(members, pair, wants=pair == Pair.objects.latest("pk"))


def _say_whether_to_go_on(members: list[Walker], pair: Pair, *, wants: bool) -> None:
    for member in members:
        member.open(f"/pair/{pair.pk}/")
        member.press("Haluatko jatkaa?")
        member.sees("Muuten se päättyy sovitusti.")
        member.page.get_by_label("Kyllä" if wants else "Ei nyt", exact=False).check()
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


def _share_an_insight(members: list[Walker]) -> None:
    first, second = members[:2]
    first.open("/home/")
    pair = PairMember.objects.get(person__name=_name(first), left_at=None).pair_id
    first.open(f"/pair/{pair}/insights/new/")
    first.fill("Ajatus, joka sujuvoittaa", "Viisi hiljaista minuuttia ennen raporttia.")
    first.press("Tallenna luonnos")
    draft = first.page.url
    first.press("Hyväksyn tämän tekstin")
    first.sees("Olet hyväksynyt tämän tekstin")
    for other in members[1:]:
        other.open(draft)
        other.press("Hyväksyn tämän tekstin")
    second.sees("Yksikön seinällä")
    unit = Round.objects.get().unit_id
    second.open(f"/units/{unit}/insights/")
    second.sees("Viisi hiljaista minuuttia")


def _name(walker: Walker) -> str:
    heading: str = walker.page.locator("h1").inner_text()
    return heading.removeprefix("Hei, ")


def _evaluate(boss: Walker, phones: dict[str, Walker], round_: Round) -> None:
    boss.open(f"/rounds/{round_.pk}/evaluation/")
    boss.press("Avaa kysely")
    for number, phone in enumerate(phones.values()):
        phone.open("/home/")
        phone.press("Vastaa kyselyyn")
        groups = phone.page.locator("main fieldset")
        for i in range(groups.count()):
            groups.nth(i).locator("input[type=radio]").nth(3 + (i + number) % 2).check()
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
    boss.page.locator("#worked-text").fill("Tapaamiset työajalla onnistuivat.")
    boss.page.locator("section[data-kind=worked] form.add button").click()
    boss.page.locator(".line-text", has_text="Tapaamiset työajalla onnistuivat.").wait_for()
    boss.press("Päätä kierros")
    boss.press("Päätä kierros")
    boss.sees("Mitä kierros toi")
    boss.sees("9 ihmistä osallistui.")
    round_.refresh_from_db()
    assert round_.state == Round.State.CLOSED
    someone = phones["Aino Laine"]
    someone.open(f"/rounds/{round_.pk}/closing/")
    someone.sees("Tapaamiset työajalla onnistuivat.")
    boss.press("Aloita seuraava kierros")
    boss.press("Avaa seuraava kierros")
    assert Round.objects.filter(copied_from=round_).count() == 1
    assert Person.objects.count() == 10
