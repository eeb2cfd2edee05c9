"""Evaluate together: the clock, lines that two devices write at once, and a closed round that stays as it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.evaluation import scene
from tests.factories import RoundFactory, UnitFactory, member_of, supervisor_of

from oppipari.evaluation import actions as evaluation
from oppipari.evaluation.models import Conclusion, TogetherSession
from oppipari.evaluation.together import actions, agenda, queries
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person
from oppipari.rounds.models import Round

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"


@pytest.fixture
def scene_() -> tuple[Round, Person]:
    unit, boss = scene.a_unit()
    return scene.evaluated(unit, boss, "Syksy", lines=False), boss


@pytest.fixture
def page(client: Client, scene_: tuple[Round, Person]) -> Client:
    client.force_login(scene_[1], backend=BACKEND)
    return client


def post(client: Client, round_: Round, **given: Any) -> Any:
    return client.post(reverse("together_conclusions", args=[round_.pk]), given)


def texts(round_: Round, kind: str) -> list[str]:
    return [c.text for c in Conclusion.objects.filter(round=round_, kind=kind)]


def test_four_parts_make_forty_five_minutes_and_the_clock_tells_where_we_are() -> None:
    start = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    parts = agenda.steps(start, start + timedelta(minutes=12))
    assert [s.state for s in parts] == ["done", "now", "coming", "coming"]
    assert parts[1].gone == 7
    assert parts[-1].ends - start == timedelta(minutes=45)
    assert {s.state for s in agenda.steps(start, None)} == {"coming"}
    assert agenda.next_five(start) == start
    assert agenda.next_five(start + timedelta(seconds=1)) == start + timedelta(minutes=5)
    assert agenda.next_five(start + timedelta(minutes=57)) == start + timedelta(hours=1)


def test_start_pressed_twice_starts_once_and_the_session_is_picked_up_again_later(
    page: Client, scene_: tuple[Round, Person]
) -> None:
    round_, boss = scene_
    url = reverse("together_start", args=[round_.pk])
    page.post(url)
    first = TogetherSession.objects.get().started_at
    page.post(url)
    page.post(url, {"again": "1"})  # a moment after the first press: a second press, not a new start
    assert TogetherSession.objects.get().started_at == first
    TogetherSession.objects.update(started_at=timezone.now() - timedelta(minutes=20))
    html = page.get(reverse("together", args=[round_.pk])).content.decode()
    assert html.count('aria-current="step"') == 1
    assert "Vaihdetaan: muut puhuvat" in html.split('aria-current="step"')[1].split("</li>")[0]
    TogetherSession.objects.update(started_at=timezone.now() - timedelta(days=3))
    assert queries.clock(round_).over
    actions.start(round_, boss, again=True)
    assert not queries.clock(round_).over


def test_a_line_is_added_in_its_column_and_twice_the_same_is_one(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, _boss = scene_
    for _ in range(2):
        assert post(page, round_, act="add", kind="worked", text="  Tapaamiset\n työajalla ").status_code == 302
    post(page, round_, act="add", kind="spread", text="Tapaamiset työajalla")
    assert texts(round_, "worked") == texts(round_, "spread") == ["Tapaamiset työajalla"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Kirjoita ensin johtopäätös."),
        ("  \u200b\u202e ", "Kirjoita ensin johtopäätös."),
        ("...", "Kirjoita ensin johtopäätös."),
        ("x" * 281, "Tekstissä on 281 merkkiä; enintään 280 mahtuu."),
    ],
)
def test_what_cannot_be_a_line_is_told_at_its_field_and_stays_there(
    page: Client, scene_: tuple[Round, Person], text: str, says: str
) -> None:
    round_, _boss = scene_
    html = post(page, round_, act="add", kind="change", text=text).content.decode()
    column = html.split('data-kind="change"')[1].split("</section>")[0]
    assert says in column
    assert 'aria-invalid="true"' in column
    assert text.strip() in column
    assert not Conclusion.objects.exists()


def test_emoji_and_texts_from_right_to_left_stay_whole(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, _boss = scene_
    for text in (f"Perhe {FAMILY} mukana", "لقاءات في وقت العمل", "😀", "x" * 280):
        post(page, round_, act="add", kind="worked", text=text)
        assert text in texts(round_, "worked")
    post(page, round_, act="add", kind="change", text="\u202eylösalaisin\u2066 <b>&amp;")
    assert texts(round_, "change") == ["ylösalaisin <b>&amp;"]
    html = page.get(reverse("together_conclusions", args=[round_.pk])).content.decode()
    assert "<b>&amp;" not in html
    assert html.count('class="line-text" dir="auto"') == 5


def test_two_devices_write_at_once_and_nothing_is_lost(scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    other = supervisor_of(round_.unit)
    line = actions.add(round_, boss, "worked", "Tapaamiset")
    seen = line.stamp
    actions.save(round_, other, line.pk, seen, "worked", "Tapaamiset työajalla")
    with pytest.raises(StaleEdit):
        actions.save(round_, boss, line.pk, seen, "worked", "Tapaamiset iltaisin")
    with pytest.raises(StaleEdit):
        actions.remove(round_, boss, line.pk, seen)
    assert texts(round_, "worked") == ["Tapaamiset työajalla"]
    # Saving what is there already is no quarrel.
    actions.save(round_, boss, line.pk, seen, "worked", "Tapaamiset työajalla")


def test_the_later_writer_reads_both_texts(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    line = actions.add(round_, boss, "worked", "Tapaamiset")
    seen = line.stamp
    actions.save(round_, boss, line.pk, seen, "worked", "TOISEN TEKSTI")
    html = post(page, round_, act="save", line=line.pk, stamp=seen, kind="worked", text="OMA TEKSTI").content.decode()
    assert "TOISEN TEKSTI" in html
    assert "OMA TEKSTI" in html
    assert "Joku ehti muuttaa tätä riviä." in html
    # What is shown now can be saved over: the form carries the new stamp.
    line.refresh_from_db()
    assert f'value="{line.stamp}"' in html


def test_words_for_a_line_that_is_gone_wait_in_the_columns_own_field(
    page: Client, scene_: tuple[Round, Person]
) -> None:
    round_, boss = scene_
    line = actions.add(round_, boss, "spread", "Hetki")
    actions.remove(round_, boss, line.pk)
    html = post(page, round_, act="save", line=line.pk, stamp=line.stamp, kind="spread", text="Hiljainen hetki")
    column = html.content.decode().split('data-kind="spread"')[1].split("</section>")[0]
    assert "Joku ehti poistaa tämän rivin. Lisää se uutena rivinä tai tyhjennä kenttä." in column
    assert " autofocus " in column
    assert "Hiljainen hetki</textarea>" in column
    # The same for another column, and for a row's number that is none.
    for number in ("", "x", "9" * 30, "-1", "²"):
        assert post(page, round_, act="up", line=number).status_code == 200


def yours(html: str) -> str:
    """The box that gives back what could not be taken; "" where there is none."""
    return html.split('id="typed"')[1].split("</div>", maxsplit=1)[0] if "Tämän kirjoitit" in html else ""


def test_a_round_closed_meanwhile_gives_back_what_was_written(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    line = actions.add(round_, boss, "spread", "hetki")
    evaluation.close_round(round_, boss)
    for given in (
        {"act": "add", "kind": "worked", "text": "kahvia"},
        {"act": "save", "line": line.pk, "stamp": line.stamp, "kind": "spread", "text": "kahvia"},
        {"act": "save", "line": line.pk + 99, "kind": "spread", "text": "kahvia"},
        {"act": "add", "kind": "worked", "text": ["hetki", "kahvia", "kahvia ", "teetä <b>", " "]},
    ):
        html = post(page, round_, **given).content.decode()
        assert "kahvia" in yours(html), given
        assert "Kierros on päätetty" in html
        assert 'name="text"' not in html
    # Each once, and not what is a line already.
    assert yours(html).count("<p") == 2
    assert "teetä &lt;b&gt;" in yours(html)
    # A press that carries nothing new gives nothing back.
    assert not yours(post(page, round_, act="up", line=line.pk, kind="spread", text="hetki").content.decode())
    assert texts(round_, "spread") == ["hetki"]


def test_a_round_closed_while_the_line_is_on_its_way_gives_it_back(
    page: Client, scene_: tuple[Round, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    round_, boss = scene_
    real = actions.add

    def late(*args: Any) -> Conclusion:
        evaluation.close_round(round_, boss)
        return real(*args)

    monkeypatch.setattr(actions, "add", late)
    html = post(page, round_, act="add", kind="worked", text="kahvia").content.decode()
    assert "kahvia" in yours(html)
    assert 'name="text"' not in html


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"act": "add", "kind": "bogus"}, "Valitse ensin sarake."),
        ({"act": "save", "line": 999999, "kind": "bogus"}, "Valitse ensin sarake."),
        ({"act": "bogus", "kind": "bogus"}, "Emme saaneet tietoa siitä, mitä tekstille piti tehdä."),
        ({}, "Emme saaneet tietoa siitä, mitä tekstille piti tehdä."),
    ],
)
@pytest.mark.parametrize("scripts", [True, False])
def test_an_unknown_column_or_action_is_told_and_the_words_come_back(
    page: Client, scene_: tuple[Round, Person], given: dict[str, Any], says: str, scripts: bool
) -> None:
    round_, _boss = scene_
    url = reverse("together_conclusions", args=[round_.pk])
    headers = {"HX-Request": "true"} if scripts else {}
    html = page.post(url, {**given, "text": "kahvia"}, headers=headers).content.decode()
    assert says in html
    assert "kahvia" in yours(html)
    assert not Conclusion.objects.exists()


def test_without_an_action_the_words_wait_where_they_were_written(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    html = post(page, round_, kind="change", text="kahvia").content.decode()
    column = html.split('data-kind="change"')[1].split("</section>")[0]
    assert "kahvia</textarea>" in column
    assert "Emme saaneet tietoa" in column
    assert not yours(html)
    line = actions.add(round_, boss, "worked", "Tapaamiset")
    html = post(page, round_, line=line.pk, stamp=line.stamp, kind="worked", text="kahvia").content.decode()
    assert "kahvia</textarea>" in html.split(f'id="line-{line.pk}"')[1].split("</details>")[0]
    assert texts(round_, "worked") == ["Tapaamiset"]


def test_lines_change_places_and_columns(scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    a, b, c = (actions.add(round_, boss, "worked", t) for t in "abc")
    actions.move(round_, boss, c.pk, up=True)
    actions.move(round_, boss, a.pk, up=True)  # the first stays the first
    assert texts(round_, "worked") == ["a", "c", "b"]
    actions.move(round_, boss, a.pk, up=False)
    actions.move(round_, boss, b.pk, up=False)
    assert texts(round_, "worked") == ["c", "a", "b"]
    a.refresh_from_db()
    actions.save(round_, boss, a.pk, a.stamp, "change", "a")
    assert (texts(round_, "worked"), texts(round_, "change")) == (["c", "b"], ["a"])
    # Moved to where the same is written already: one line.
    twin = actions.add(round_, boss, "spread", "b")
    actions.save(round_, boss, twin.pk, twin.stamp, "worked", "b")
    assert (texts(round_, "worked"), texts(round_, "spread")) == (["c", "b"], [])


def test_a_removed_line_can_be_put_back(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    line = actions.add(round_, boss, "worked", "Kahvit")
    html = post(page, round_, act="remove", line=line.pk, stamp=line.stamp).content.decode()
    assert not Conclusion.objects.exists()
    assert "Palauta" in html
    assert actions.remove(round_, boss, line.pk) is None  # twice is harmless
    post(page, round_, act="add", kind="worked", text="Kahvit")
    assert texts(round_, "worked") == ["Kahvit"]


def test_a_full_column_says_so(scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    for number in range(actions.MOST_LINES):
        actions.add(round_, boss, "worked", f"rivi {number}")
    with pytest.raises(DomainError, match="40"):
        actions.add(round_, boss, "worked", "vielä yksi")
    assert actions.add(round_, boss, "worked", "rivi 7").text == "rivi 7"


def test_a_closed_round_stays_as_it_is_and_says_so_kindly(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    line = actions.add(round_, boss, "spread", "Hiljainen hetki")
    actions.start(round_, boss)
    evaluation.close_round(round_, boss)
    assert not TogetherSession.objects.exists()  # its clock has no more use
    for given in (
        {"act": "add", "kind": "worked", "text": "uusi"},
        {"act": "save", "line": line.pk, "stamp": line.stamp, "kind": "spread", "text": "toinen"},
        {"act": "remove", "line": line.pk, "stamp": line.stamp},
        {"act": "up", "line": line.pk},
    ):
        html = post(page, round_, **given).content.decode()
        assert "Kierros on päätetty, joten sen johtopäätökset pysyvät ennallaan." in html, given
        assert texts(round_, "spread") == ["Hiljainen hetki"]
    page.post(reverse("together_start", args=[round_.pk]))
    assert not TogetherSession.objects.exists()
    assert 'name="text"' not in page.get(reverse("together_conclusions", args=[round_.pk])).content.decode()
    # The wall is another matter: what is spread is spread after the round, too.
    post(page, round_, act="hang", line=line.pk)
    assert queries.on_wall(round_.unit) == [line]


def test_nothing_is_written_before_the_evaluation(client: Client) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(round_.unit)
    client.force_login(boss, backend=BACKEND)
    for name in ("together", "together_results", "together_conclusions"):
        assert "Yhteinen arviointi on kyselyn jälkeen" in client.get(reverse(name, args=[round_.pk])).content.decode()
    with pytest.raises(DomainError):
        actions.add(round_, boss, "worked", "x")
    assert not Conclusion.objects.exists()


def test_while_the_questionnaire_is_open_one_may_write_but_sees_no_figures(client: Client) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    boss = supervisor_of(round_.unit)
    evaluation.open_questionnaire(round_, boss)
    round_.refresh_from_db()
    client.force_login(boss, backend=BACKEND)
    assert "Kysely on vielä auki" in client.get(reverse("together_results", args=[round_.pk])).content.decode()
    post(client, round_, act="add", kind="worked", text="Jo nyt")
    html = client.get(reverse("together_conclusions", args=[round_.pk])).content.decode()
    assert "Jo nyt" in html
    assert reverse("round_close", args=[round_.pk]) not in html
    assert "Sulje ensin kysely" in client.get(reverse("round_close", args=[round_.pk])).content.decode()


def test_closing_is_asked_once_more(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, _boss = scene_
    url = reverse("round_close", args=[round_.pk])
    assert "Tätä ei voi perua." in page.get(url).content.decode()
    round_.refresh_from_db()
    assert round_.state == Round.State.EVALUATING
    for _ in range(2):
        assert page.post(url).url == reverse("round_closing", args=[round_.pk])
    assert page.get(url).status_code == 302


def test_closing_without_conclusions_is_warned_of(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    url = reverse("round_close", args=[round_.pk])
    assert "Johtopäätöksiä ei ole vielä yhtään." in page.get(url).content.decode()
    actions.add(round_, boss, "worked", "Tapaamiset")
    assert "Johtopäätöksiä ei ole vielä yhtään." not in page.get(url).content.decode()


def test_a_closed_rounds_agenda_invents_no_times(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    url = reverse("together", args=[round_.pk])
    assert page.get(url).content.decode().count('class="hours"') == 4
    evaluation.close_round(round_, boss)
    html = page.get(url).content.decode()
    assert 'class="hours"' not in html
    assert html.count('class="minutes"') == 4


def test_the_results_say_what_the_scale_and_the_bars_mean(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, _boss = scene_
    html = page.get(reverse("together_results", args=[round_.pk])).content.decode()
    assert html.count("1 = täysin eri mieltä … 5 = täysin samaa mieltä") == 1
    assert html.count("yläpuolella on vastaajien määrä, alapuolella vastaus") == 1
    assert html.count('class="legend-values"') == 1


def test_a_trial_that_begins_with_a_line_leads_back_to_the_session(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    line = actions.add(round_, boss, "spread", "Hiljainen hetki")
    back = reverse("together_conclusions", args=[round_.pk])
    address = queries.trial_address(line, round_.unit_id)
    html = page.get(address).content.decode()
    assert f'<a class="ds-link" href="{back}">Takaisin</a>' in html
    assert f'name="next" value="{back}"' in html
    until = timezone.localdate() + timedelta(weeks=4)
    given = {
        "problem": "Melu",
        "what": "Hiljainen hetki",
        "sign": "Rauha",
        "language": "fi",
        "evidence": "words",
        "until": f"{until}",
    }
    assert page.post(address.split("?")[0], {**given, "next": back}).headers["Location"] == back
    for elsewhere in ("https://example.org/x", "//example.org/x", "/\\example.org", "javascript:alert(1)", "x"):
        html = page.get(address.split("?")[0], {"next": elsewhere}).content.decode()
        assert "Takaisin seinälle" in html, elsewhere
        assert 'name="next" value="' + elsewhere not in html
        answer = page.post(address.split("?")[0], {**given, "what": elsewhere, "next": elsewhere})
        assert answer.status_code == 302
        assert "example" not in answer.headers["Location"]


def test_only_the_units_supervisor_sees_the_session(client: Client, scene_: tuple[Round, Person]) -> None:
    round_, _boss = scene_
    names = ("together", "together_results", "together_conclusions", "together_start")
    for somebody in (member_of(round_.unit), supervisor_of(UnitFactory())):
        client.force_login(somebody, backend=BACKEND)
        for name in names:
            url = reverse(name, args=[round_.pk])
            assert client.get(url).status_code in (404, 405)
            assert client.post(url, {"act": "add", "kind": "worked", "text": "x"}).status_code in (404, 405)
        with pytest.raises(DomainError):
            actions.add(round_, somebody, "worked", "x")
    assert not Conclusion.objects.exists()


def test_a_line_of_another_round_is_out_of_reach(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, _boss = scene_
    unit = UnitFactory()
    foreign = actions.add(scene.evaluated(unit, supervisor_of(unit), "Muu", lines=False), supervisor_of(unit), "worked", "Muiden")  # fmt: skip
    for act in ("save", "remove", "up", "hang"):
        post(page, round_, act=act, line=foreign.pk, stamp=foreign.stamp, kind="worked", text="x")
    foreign.refresh_from_db()
    assert (foreign.text, foreign.on_wall_since) == ("Muiden", None)


def test_what_hangs_on_the_wall_is_read_there_by_the_unit(client: Client, scene_: tuple[Round, Person]) -> None:
    round_, boss = scene_
    line = actions.add(round_, boss, "spread", "Hiljainen hetki ennen raporttia")
    client.force_login(member_of(round_.unit), backend=BACKEND)
    url = reverse("wall", args=[round_.unit_id])
    assert line.text not in client.get(url).content.decode()
    actions.hang(round_, boss, line.pk, up=True)
    assert line.text in client.get(url).content.decode()
    actions.hang(round_, boss, line.pk, up=False)
    assert line.text not in client.get(url).content.decode()


def test_the_columns_are_read_with_a_fixed_number_of_queries(
    page: Client, scene_: tuple[Round, Person], django_assert_max_num_queries: Any
) -> None:
    round_, boss = scene_
    for number in range(30):
        actions.add(round_, boss, "worked", f"rivi {number}")
    with django_assert_max_num_queries(10):
        page.get(reverse("together_conclusions", args=[round_.pk]))


def test_what_may_tell_of_somebody_in_a_conclusion_is_shown_once_and_saved(
    page: Client, scene_: tuple[Round, Person]
) -> None:
    round_, _boss = scene_
    url = reverse("together_conclusions", args=[round_.pk])
    for headers in ({"hx-request": "true"}, {}):
        text = f"Rouva Virtanen sai rauhan {len(headers)}"
        html = page.post(url, {"act": "add", "kind": "worked", "text": text}, headers=headers).content.decode()
        assert round_.conclusions.filter(text=text).count() == 1
        assert '<q dir="auto">Rouva Virtanen</q>' in html
        assert "Se, mitä kirjoitit, on tallennettu." in html
    assert "<q dir" not in page.get(url).content.decode()  # once
    line = round_.conclusions.get(text="Rouva Virtanen sai rauhan 0")
    told = {"line": line.pk, "stamp": line.stamp}
    html = page.post(url, {"act": "hang", **told}).content.decode()
    assert "Rouva Virtanen</q>" in html
    changed = {"act": "save", "kind": "worked", "text": "Aino sai rauhan", **told}
    html = page.post(url, changed).content.decode()
    assert '<q dir="auto">Aino</q>' in html
    assert round_.conclusions.filter(text="Aino sai rauhan").exists()


def test_a_conclusion_that_tells_of_nobody_is_shown_without_a_word(page: Client, scene_: tuple[Round, Person]) -> None:
    round_, _boss = scene_
    url = reverse("together_conclusions", args=[round_.pk])
    assert page.post(url, {"act": "add", "kind": "worked", "text": "Hiljainen hetki"}).status_code == 302
