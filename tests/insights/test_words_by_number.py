"""Two are "both", three are "all three": on the pages and in the letter; and limits are told before they are reached."""

import html
from typing import Any

import pytest
from django.urls import reverse
from tests.factories import RoundFactory, UnitFactory, pair_of, supervisor_of
from tests.insights.test_inspired import BACKEND

from oppipari.insights import actions
from oppipari.insights.queries import todos_for_person
from oppipari.messages.letters import letter_of
from oppipari.messages.models import Outgoing
from oppipari.pairs.models import PairMember
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.MAIL_ENABLED = True


def everything_read(client: Any, size: int) -> str:
    """All that one of `size` reads from an empty pair's page until the insight is on the wall, and the letters."""
    pair = pair_of(RoundFactory(state=Round.State.MEETING), size=size)
    PairMember.objects.update(answer=PairMember.Answer.FINE)
    people = [m.person for m in pair.members.all()]
    client.force_login(people[0], backend=BACKEND)
    read = []

    def look(name: str, pk: int) -> None:
        # What other apps say on the pair's page is theirs.
        text = html.unescape(client.get(reverse(name, args=[pk])).content.decode())
        read.append(text.split('aria-labelledby="insights"', 1)[-1].split("</section>")[0] if name == "pair" else text)

    look("pair", pair.pk)
    look("insight_new", pair.pk)
    made = actions.write(pair, people[0], "Viisi hiljaista minuuttia")
    read += [todo.text for todo in todos_for_person(people[0])]
    look("insight", made.pk)
    client.post(reverse("insight_approve", args=[made.pk]), {"fingerprint": made.fingerprint})
    look("insight", made.pk)
    for person in people[1:-1]:
        actions.approve(made, person, made.fingerprint)
    client.force_login(people[-1], backend=BACKEND)
    client.post(reverse("insight_approve", args=[made.pk]), {"fingerprint": made.fingerprint})
    look("insight", made.pk)
    client.post(reverse("insight", args=[made.pk]), {"text": "Toinen teksti", "version": made.version + 1})
    look("insight", made.pk)
    letters = [letter_of(o) for o in Outgoing.objects.filter(kind="insight_waits")]
    assert letters
    read += [f"{letter.subject} {letter.body}" for letter in letters]
    return " ".join("\n".join(read).split())


def test_a_pair_is_both(client: Any) -> None:
    read = everything_read(client, 2)
    for words in (
        "jos molemmat haluatte",
        "kun molemmat olette hyväksyneet täsmälleen saman tekstin",
        "vain jos molemmat haluatte",
        "kun toinenkin teistä on hyväksynyt",
        "Molemmat olette hyväksyneet: oivallus on yksikön seinällä",
        "Muutoksen jälkeen molemmat hyväksytte",
        "ennen kuin te molemmat olette hyväksyneet sen",
        "Kumpikin teistä voi vetää tekstin takaisin",
        "Parillasi on oivalluksen luonnos",
    ):
        assert words in read, words
    for words in ("kaikki olette", "kaikki haluatte", "kaikki ovat", "kaikki parissasi", "kolme", "Kukin teistä"):
        assert words not in read, words


def test_a_trio_is_all_three(client: Any) -> None:
    read = everything_read(client, 3)
    for words in (
        "jos kaikki kolme haluatte",
        "kun kaikki kolme olette hyväksyneet täsmälleen saman tekstin",
        "vain jos kaikki kolme haluatte",
        "kun kaikki kolmikossanne ovat hyväksyneet",
        "Kaikki kolme olette hyväksyneet: oivallus on yksikön seinällä",
        "Muutoksen jälkeen kaikki kolme hyväksytte",
        "ennen kuin te kaikki kolme olette hyväksyneet sen",
        "Kukin teistä voi vetää tekstin takaisin",
        "Kolmikollasi on oivalluksen luonnos",
    ):
        assert words in read, words
    for words in ("molemmat", "parissasi", "toinenkin", "Kumpikin", "Parillasi"):
        assert words not in read, words


def test_limits_are_told_before_they_are_reached(client: Any) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    client.force_login(pair.members.earliest("pk").person, backend=BACKEND)
    page = client.get(reverse("insight_new", args=[pair.pk])).content.decode()
    assert "Enintään 1000 merkkiä ja 30 riviä." in page
    unit = UnitFactory()
    client.force_login(supervisor_of(unit), backend=BACKEND)
    page = client.get(reverse("trial_new", args=[unit.pk])).content.decode()
    for most, fields in ((300, 1), (1000, 1), (120, 1), (200, 2)):
        assert page.count(f"Enintään {most} merkkiä.") == fields


def test_errors_stand_in_the_order_of_the_fields(client: Any) -> None:
    unit = UnitFactory()
    client.force_login(supervisor_of(unit), backend=BACKEND)
    wrong = {"problem": "", "what": "x", "until": "2001-01-01", "sign": "", "evidence": "number", "before_number": "paljon", "language": "fi"}  # fmt: skip
    page = client.post(reverse("trial_new", args=[unit.pk]), wrong).content.decode()
    summary = page.split('id="errors"')[1].split("</ul>")[0]
    at = [summary.index(text) for text in ("minkä ongelman", "vielä edessä", "yksi asia", "Kirjoita luku")]
    assert at == sorted(at)
