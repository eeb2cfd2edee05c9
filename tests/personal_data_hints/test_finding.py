"""The gentle check: what it tells of, what it leaves in peace, and that it only ever tells."""

import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import RoundFactory, UnitFactory, pair_of, supervisor_of

from oppipari.insights import actions
from oppipari.insights.models import Insight, Trial
from oppipari.personal_data_hints import Kind, find_hints
from oppipari.rounds.models import Round

BACKEND = "django.contrib.auth.backends.ModelBackend"
IDEAS = Path(__file__).parent.parent / "data" / "ideas" / "ordinary.txt"
NAME, CLIENT, DIAGNOSIS, DATE = Kind.NAME, Kind.CLIENT, Kind.DIAGNOSIS, Kind.DATE

TELLING = [
    # Finnish names, in the forms in which they stand in sentences
    ("Maijan ehdotus toimi hyvin", NAME, "Maijan"),
    ("Kysyin Pekalta, ja hän sanoi", NAME, "Pekalta"),
    ("Kun Matti kaatui, kukaan ei kuullut", NAME, "Matti"),
    ("Tehtiin näin Riitan kanssa", NAME, "Riitan"),
    ("Markuksen tapa ohjata", NAME, "Markuksen"),
    ("Tuomakselle se sopi", NAME, "Tuomakselle"),
    ("Hoitaja Leena Virtanen keksi", NAME, "Leena Virtanen"),
    ("Eilen illalla Toivo ei nukkunut", NAME, "Toivo"),
    ("kuten Satu aina sanoo", NAME, "Satu"),
    ("kerroimme Sadulle", NAME, "Sadulle"),
    ("Korhonen? Ei: vaan kysyttiin Virtaselta", NAME, "Virtaselta"),
    ("meidän Anna osaa tämän", NAME, "Anna"),
    ("Anna-Liisan vinkki", NAME, "Anna-Liisan"),
    ("fatima ja olli keksivät tämän", NAME, "fatima"),
    ("Ahmed osasi rauhoittaa", NAME, "Ahmed"),
    ("Svetlanan kanssa vaihdettiin", NAME, "Svetlanan"),
    # Swedish and English
    ("Det var Birgittas idé", NAME, "Birgittas"),
    ("Vi frågade Håkan Lindström", NAME, "Håkan Lindström"),
    ("som Per brukar säga", NAME, "Per"),
    ("Karin visade hur", NAME, "Karin"),
    ("Susan's idea was simple", NAME, "Susan's"),
    ("We asked Mark to help", NAME, "Mark"),
    ("as Mohammed showed us", NAME, "Mohammed"),
    # clients
    ("Asukas huoneessa 12 nukkuu huonosti", CLIENT, "huoneessa 12"),
    ("huone 7 soittaa usein", CLIENT, "huone 7"),
    ("Eräs rouva pelkäsi suihkua", CLIENT, "rouva"),
    ("Herra Koskinen pitää kahvista", CLIENT, "Herra Koskinen"),
    ("asukas M. ei syö aamulla", CLIENT, "asukas M."),
    ("potilas 4 tarvitsee aikaa", CLIENT, "potilas 4"),
    ("82-vuotias mies", CLIENT, "82-vuotias"),
    ("en 90-åring på avdelningen", CLIENT, "90-åring"),
    ("rum 14 ringer ofta", CLIENT, "rum 14"),
    ("fru Lindholm vill ha kaffe", CLIENT, "fru Lindholm"),
    ("the lady in room 9", CLIENT, "room 9"),
    ("Mrs. Brown likes tea", CLIENT, "Mrs. Brown"),
    ("an 85-year-old who wanders", CLIENT, "85-year-old"),
    ("resident B does not sleep", CLIENT, "resident B"),
    # health
    ("kun muistisairaus etenee", DIAGNOSIS, "muistisairaus"),
    ("Alzheimerin tautia sairastava", DIAGNOSIS, "Alzheimerin"),
    ("diabeteksen takia", DIAGNOSIS, "diabeteksen"),
    ("rintasyöpään sairastunut", DIAGNOSIS, "rintasyöpään"),
    ("sydämen vajaatoiminta vaikeuttaa", DIAGNOSIS, "sydämen vajaatoiminta"),
    ("MS-tauti", DIAGNOSIS, "MS-tauti"),
    ("efter en höftfraktur", DIAGNOSIS, "höftfraktur"),
    ("hon har demens", DIAGNOSIS, "demens"),
    ("people with dementia", DIAGNOSIS, "dementia"),
    ("his heart failure", DIAGNOSIS, "heart failure"),
    # days
    ("Kaatuminen 12.3. aamulla", DATE, "12.3."),
    ("maanantaina 3.4. sovittiin", DATE, "3.4."),
    ("tapahtui 1.12.2026 illalla", DATE, "1.12.2026"),
    ("viime tiistaina kävi näin", DATE, "viime tiistaina"),
    ("3. huhtikuuta", DATE, "3. huhtikuuta"),
    ("den 3 april", DATE, "3 april"),
    ("i måndags hände det", DATE, "i måndags"),
    ("on 12 March", DATE, "12 March"),
    ("On March 12th we tried", DATE, "March 12th"),
    ("last Tuesday", DATE, "last Tuesday"),
    ("2026-03-12", DATE, "2026-03-12"),
    # what never belongs here
    ("tunnus 131052-308T", Kind.IDENTITY_CODE, "131052-308T"),
    ("010203A123B", Kind.IDENTITY_CODE, "010203A123B"),
    ("19520113-1234", Kind.IDENTITY_CODE, "19520113-1234"),
    ("soita 040 123 4567", Kind.PHONE, "040 123 4567"),
    ("+358 40 1234567", Kind.PHONE, "+358 40 1234567"),
    ("kirjoita etu.suku@example.org", Kind.EMAIL, "etu.suku@example.org"),
]  # fmt: skip


def ideas() -> list[str]:
    return [line for line in IDEAS.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_ordinary_ideas_are_left_in_peace() -> None:
    assert len(ideas()) >= 100
    told = {idea: find_hints(idea) for idea in ideas() if find_hints(idea)}
    assert len(told) <= 2, told


@pytest.mark.parametrize(("text", "kind", "words"), TELLING)
def test_what_may_tell_of_one_person_is_quoted(text: str, kind: Kind, words: str) -> None:
    found = find_hints(text)
    assert (kind, words) in [(n.kind, n.words) for n in found], found
    for one in found:
        assert text[one.start : one.start + len(one.words)] == one.words


def test_each_thing_is_told_once_and_in_the_order_of_the_text() -> None:
    found = find_hints("Maija ja Pekka. Maija oli huoneessa 12 ja Pekka 12.3. paikalla.")
    assert [n.words for n in found] == ["Maija", "Pekka", "huoneessa 12", "12.3."]


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    for one in find_hints(text):
        assert text[one.start : one.start + len(one.words)] == one.words


def test_the_longest_text_takes_no_time() -> None:
    find_hints("x")
    for text in ("Maija " * 166, "0" * 1000, "1.1." * 250, "a@" * 500, "huone " * 166, "asukas A" * 125, "+358 " * 200):
        start = time.perf_counter()
        find_hints(text)
        assert time.perf_counter() - start < 0.25, text[:12]


@pytest.mark.django_db
def test_it_tells_in_words_before_approval_and_blocks_nothing(client: Any) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    first, second = (m.person for m in pair.members.all())
    client.force_login(first, backend=BACKEND)
    text = "Kun Maija oli huoneessa 12, kokeiltiin musiikkia <b>"
    page = client.post(reverse("insight_new", args=[pair.pk]), {"text": text}, follow=True).content.decode()
    for sentence in ("Katso vielä näitä", "näyttää nimeltä", "voi kertoa, kenestä asiakkaasta", "te päätätte"):
        assert sentence in page
    assert '<q dir="auto">Maija</q>' in page
    made = Insight.objects.get()
    for person in (first, second):
        made = actions.approve(made, person, made.fingerprint)
    assert made.state == Insight.State.PUBLISHED
    assert "Katso vielä näitä" not in client.get(reverse("insight", args=[made.pk])).content.decode()
    client.post(reverse("insight", args=[made.pk]), {"text": "Kokeiltiin musiikkia suihkussa", "version": made.version})
    assert "Katso vielä näitä" not in client.get(reverse("insight", args=[made.pk])).content.decode()


@pytest.mark.django_db
def test_it_does_not_know_who_takes_part(client: Any) -> None:
    """The same text reads the same whether somebody of that name is in the round or not."""
    round_ = RoundFactory(state=Round.State.MEETING)
    pair = pair_of(round_)
    client.force_login(pair.members.earliest("pk").person, backend=BACKEND)
    made = actions.write(pair, pair.members.earliest("pk").person, "Zxlrt keksi tämän, ja Maija auttoi")
    url = reverse("insight", args=[made.pk])

    def noticed() -> str:
        return client.get(url).content.decode().partition('class="noticed')[2].partition("</section>")[0]

    before = noticed()
    other = pair_of(round_).members.earliest("pk").person
    for name in ("Zxlrt Esimerkki", "Maija Esimerkki"):
        other.name = name
        other.save()
        assert noticed() == before
    assert "Zxlrt" not in before


@pytest.mark.django_db
def test_every_word_of_a_trial_that_others_read_is_looked_at(client: Any) -> None:
    unit = UnitFactory()
    boss = supervisor_of(unit)
    client.force_login(boss, backend=BACKEND)
    for place in ("problem", "what", "sign", "before_words", "after_words", "learnt"):
        words = {"problem": "Melu", "what": "Hiljaisuus", "sign": "Rauha", place: "Rouva Virtanen"}
        made = Trial.objects.create(
            unit=unit, started_on=timezone.localdate(), until=timezone.localdate() + timedelta(days=20), **words
        )
        assert '<q dir="auto">Rouva Virtanen</q>' in client.get(reverse("trial", args=[made.pk])).content.decode(), (
            place
        )


@pytest.mark.django_db
def test_goals_are_saved_and_looked_at_once(client: Any) -> None:
    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    client.force_login(pair.members.earliest("pk").person, backend=BACKEND)
    url = reverse("pair_goals", args=[pair.pk])
    told = client.post(url, {"goal_1": "Rouva Virtasen haava", "goal_2": "", "version": pair.goals_version})
    html = told.content.decode()
    assert '<q dir="auto">Rouva Virtasen</q>' in html
    assert [g.text for g in pair.goals.all()] == ["Rouva Virtasen haava"]
    # The page holds the version that was saved, so that what is mended here is no edit of something else.
    version = re.findall(r'name="version" value="(\d+)"', html)[-1]
    after = client.post(url, {"goal_1": "Haavanhoito", "goal_2": "", "version": version})
    assert after.status_code == 302
    assert [g.text for g in pair.goals.all()] == ["Haavanhoito"]
    assert "<q dir" not in client.get(url).content.decode()
