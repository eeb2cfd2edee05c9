"""The organisation's own questions: a file out and in, versions, who may, and what is wrong in words."""

import io
import tomllib
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.evaluation.test_questionnaires import as_, page
from tests.factories import PersonFactory, RoundFactory, UnitFactory, member_of, pair_of, supervisor_of

from oppipari.evaluation import actions
from oppipari.evaluation.benefits.figures import results
from oppipari.evaluation.items import LANGUAGES, Questions, ours
from oppipari.evaluation.models import QuestionSet
from oppipari.evaluation.questionnaire import files, question_sets
from oppipari.evaluation.questionnaire.actions import change_questions
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Role
from oppipari.rounds.models import Round


def test_what_is_written_out_reads_back_the_same() -> None:
    text = files.written(ours())
    read = files.read(text.encode())
    assert Questions(read).all_items() == ours().all_items()
    assert Questions(read).open_items() == ours().open_items()
    assert all(Questions(read).scale(lang) == ours().scale(lang) for lang in LANGUAGES)
    assert files.written(Questions(read)) == text
    assert files.read(b"\xef\xbb\xbf" + text.encode()) == read  # as Notepad saves it


def wrong(text: str) -> list[str]:
    with pytest.raises(files.NotUsable) as caught:
        files.read(text.encode())
    return caught.value.lines


def changed(old: str, new: str) -> str:
    text = files.written(ours())
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (lambda: changed('sv = "På våra träffar fick', 'sw = "På våra träffar fick'), "Väittämä 4 (equal_time): teksti ”sv” puuttuu"),
        (lambda: changed('key = "fit"', 'key = "confidence"'), "Väittämä 6 (confidence): avain confidence on kahdesti"),
        (lambda: changed('key = "fit"', 'key = "Sopiiko?"'), "Väittämä 6: avain on lyhyt sana"),
        (lambda: changed('key = "fit"', 'key = "show_in"'), "Väittämä 6 (show_in): avain on lyhyt sana"),
        (lambda: changed('when = ["end"]', 'when = ["loppu"]'), "Väittämä 4 (equal_time): ”when” on"),
        (lambda: changed("Tapaamisiin järjestyi työaikaa.", "Tapaamisiin " + "järjestyi " * 20), "Väittämä 7 (working_time): tekstissä ”fi” on 211 merkkiä"),
        (lambda: changed('"varken eller", ', ""), "[scale] sv: viisi eri sanaa"),
        (lambda: changed("[about]", "[aboot]"), "”aboot” on tuntematon"),
        (lambda: changed('fi = "Parini', "fi = Parini"), "Riviä 74"),
        (lambda: files.written(ours()) + "\n[[open]]\n" * 2, "Avoimia kysymyksiä on enintään 2; tässä niitä on 3."),
        (lambda: files.written(ours()).split('\n[[items]]\nkey = "equal_time"')[0], "väittämiä on 6–8"),
        (lambda: "x = [" * 5000, ""),
        (lambda: 'items = "x"', "[[items]]"),
        (lambda: "# " + "x" * 70_000, "liian suuri"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(text: Any, says: str) -> None:
    lines = wrong(text())
    assert any(says in line for line in lines), lines


def a_document() -> bytes:
    """What a word processor saves: a zip of a few parts."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", "<w:document>Kysymykset</w:document>")
    return held.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        a_document(),
        b"PK\x03\x04 small enough to be text",
        b"%PDF-1.7\n1 0 obj\n",
        b"{\\rtf1\\ansi Kysymykset}",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 90_000,
        "Hei!\n\nTässä kysymykset: opitko jotakin?\n".encode(),
        "Kysymys;Vastaus\nOpitko;Kyllä\n".encode("latin-1"),
    ],
    ids=["docx", "zip", "pdf", "rtf", "old word", "letter", "csv"],
)
def test_another_file_is_told_to_be_another_file(content: bytes) -> None:
    with pytest.raises(files.NotUsable) as caught:
        files.read(content)
    assert caught.value.lines == ["Tämä ei ole se tiedosto, jonka latasit. Valitse tiedosto, jonka pääte on .toml."]


def test_the_downloaded_file_in_another_encoding_is_told_so() -> None:
    for encoding in ("cp1252", "utf-16"):
        with pytest.raises(files.NotUsable) as caught:
            files.read(files.written(ours()).encode(encoding))
        assert "UTF-8" in caught.value.lines[0]


def test_mistakes_are_told_in_the_order_of_the_file() -> None:
    text = (
        changed('"varken eller", ', "")
        .replace('key = "fit"', 'key = "Sopiiko?"')
        .replace("[about]\nfi", "[about]\nfi = 3 #")
    )
    lines = wrong(text.replace('key = "worth_spreading"', "key = 3"))
    assert [line.split(":")[0] for line in lines] == ["[about]", "[scale] sv", "Väittämä 6", "Avoin kysymys 1"]


@pytest.mark.django_db
def test_a_source_is_marked_as_english_only_where_it_is_ours() -> None:
    boss = supervisor_of(UnitFactory())
    client, url = as_(boss), reverse("questions")
    assert 'Lähde: <span lang="en">Say in the matching' in page(client.get(url))
    source = next(i.source for i in ours().all_items() if i.key == "fit")
    change_questions(boss, files.read(changed(source, "Kaupungin oma mittari 2025").encode()))
    assert "Lähde: Kaupungin oma mittari 2025" in page(client.get(url))


def test_every_mistake_is_told_at_once() -> None:
    text = changed('key = "fit"', 'key = "Sopiiko?"').replace('when = ["end"]', "when = 3", 1)
    assert len(wrong(text)) == 2


# -- the page ------------------------------------------------------------------------------------------------------------


def own_words() -> bytes:
    return changed("Parini sopi tavoitteisiini.", "Sain juuri sopivan parin.").encode()


def upload(content: bytes) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("questions.toml", content)}


@pytest.mark.django_db
def test_a_coordinator_changes_the_questions_and_open_rounds_keep_theirs() -> None:
    unit = UnitFactory()
    UnitFactory(organisation=unit.organisation)
    boss, coordinator = supervisor_of(unit), PersonFactory(organisation=unit.organisation)
    Role.objects.create(person=coordinator, kind=Role.Kind.COORDINATOR)
    rounds = [RoundFactory(unit=unit, state=Round.State.MEETING) for _ in range(2)]
    people = [[m.person for _ in range(5) for m in pair_of(r).members.all()] for r in rounds]
    first = actions.open_questionnaire(rounds[0], boss)
    client, url = as_(coordinator), reverse("questions")
    assert "Parini sopi tavoitteisiini." in page(client.get(url))
    downloaded = client.get(reverse("questions_file"))
    assert downloaded["Content-Disposition"].endswith('.toml"')
    assert tomllib.loads(downloaded.content.decode())["items"][0]["key"] == "learnt"
    assert "Riviä" in page(client.post(url, upload(b"[items")))
    said = client.post(url, upload(own_words()), follow=True)
    assert "Sain juuri sopivan parin." in page(said)
    assert "versio 2" in page(said)
    second = actions.open_questionnaire(rounds[1], boss)
    asked = [page(as_(p[0]).get(reverse("answer", args=[q.pk]))) for p, q in zip(people, (first, second), strict=True)]
    assert ["Sain juuri sopivan parin." in text for text in asked] == [False, True]
    for questionnaire, group in zip((first, second), people, strict=True):
        for place, person in enumerate(group):
            actions.answer(questionnaire, person, {"fit": 2 + place % 3, "learnt": 3}, {})
    shown = [results(actions.close_questionnaire(q, boss).released or {}).items for q in (first, second)]
    assert shown[0][5].text == "Parini sopi tavoitteisiini."
    assert shown[1][5].text == "Sain juuri sopivan parin."
    # Only what was asked in the very same words may be compared.
    alike = question_sets.questions_of(first.questions).asked_alike(question_sets.questions_of(second.questions))
    assert alike == {i.key for i in ours().all_items()} - {"fit"}
    # Back to ours: a third version, the earlier ones stay to be read.
    client.post(url, {"ours": "1"})
    assert [v.number for v in QuestionSet.objects.all()] == [3, 2, 1]
    assert "Sain juuri sopivan parin." in client.get(reverse("questions_file") + "?number=2").content.decode()
    assert client.get(reverse("questions_file") + "?number=9").status_code == 404
    assert client.get(reverse("questions_file") + "?number=1e3").status_code == 404


@pytest.mark.django_db
def test_the_same_file_twice_makes_no_new_version() -> None:
    unit = UnitFactory()
    boss = supervisor_of(unit)
    content = files.read(own_words())
    assert change_questions(boss, content).number == change_questions(boss, content).number == 1


@pytest.mark.django_db
def test_supervisors_read_and_only_of_a_single_unit_change_and_nobody_elses() -> None:
    unit = UnitFactory()
    boss, member = supervisor_of(unit), member_of(unit)
    url = reverse("questions")
    assert "Ota nämä käyttöön" in page(as_(boss).get(url))
    other = supervisor_of(UnitFactory(organisation=unit.organisation))
    for person in (boss, other):
        assert "Ota nämä käyttöön" not in page(as_(person).get(url))
        assert as_(person).post(url, upload(own_words())).status_code == 404
        with pytest.raises(DomainError):
            change_questions(person, None)
    assert as_(member).get(url).status_code == as_(member).get(reverse("questions_file")).status_code == 404
    stranger = supervisor_of(UnitFactory())
    as_(stranger).post(url, upload(own_words()))
    assert list(QuestionSet.objects.values_list("organisation_id", flat=True)) == [stranger.organisation_id]
    assert "Sain juuri sopivan parin." not in page(as_(boss).get(url))


@pytest.mark.django_db
def test_of_two_who_change_the_questions_the_second_is_told(client: Any) -> None:
    boss = supervisor_of(UnitFactory())
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    seen = {"seen": "0"}
    assert client.post(reverse("questions"), upload(own_words()) | seen).status_code == 302
    answer = page(client.post(reverse("questions"), upload(own_words().replace(b"juuri", b"aivan")) | seen))
    assert "Joku muutti kysymyksiä välillä" in answer
    assert QuestionSet.objects.count() == 1
    assert (
        client.post(reverse("questions"), upload(own_words().replace(b"juuri", b"aivan")) | {"seen": "1"}).status_code
        == 302
    )
    assert [v.number for v in QuestionSet.objects.all()] == [2, 1]
