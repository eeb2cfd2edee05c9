"""The upload page: what was understood is shown first, and only invitations come of it."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import RoundFactory, UnitFactory, member_of, supervisor_of

from oppipari.rounds.models import Invitation, Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
DATA = Path(__file__).parent.parent / "data"
HEADINGS = "Nimi;Sähköposti;Tiimi;Mitä osaamista voit jakaa?;Mitä haluaisit oppia?\n"


@pytest.fixture
def round_() -> Round:
    made: Round = RoundFactory()
    return made


@pytest.fixture
def boss(client: Client, round_: Round) -> Client:
    client.force_login(supervisor_of(round_.unit), backend=BACKEND)
    return client


def upload(client: Client, round_: Round, data: bytes, name: str = "a.csv") -> str:
    file = SimpleUploadedFile(name, data)
    return client.post(reverse("round_upload", args=[round_.pk]), {"file": file}).content.decode()


def make_invitations(client: Client, round_: Round) -> str:
    answer = client.post(reverse("round_upload", args=[round_.pk]), {"invite": "1"}, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize(
    ("name", "people"), [("forms-fi-28.xlsx", 28), ("forms-sv-17.xlsx", 17), ("forms-en-40.csv", 40)]
)
def test_real_exports_are_understood_before_anything_is_stored(
    boss: Client, round_: Round, name: str, people: int
) -> None:
    page = upload(boss, round_, (DATA / name).read_bytes(), name)
    assert f"{people} ihmistä ymmärrettiin" in page
    assert not Invitation.objects.exists()
    make_invitations(boss, round_)
    assert Invitation.objects.count() == people
    assert not SignUp.objects.exists()
    assert all(i.answers["shares"] and i.answers["slots"] for i in Invitation.objects.all())


def test_the_page_shows_each_persons_answers_but_no_exclusion(boss: Client, round_: Round) -> None:
    text = (
        "Nimi;Sähköposti;Mitä osaamista voit jakaa?;Mitä haluaisit oppia?;"
        "Jos on joku, jonka pariksi et voi tulla, kirjoita nimi\n"
        "Aino Laine;aino@example.org;Lääkehoito;Haavanhoito;Eino Salo\n"
    )
    page = upload(boss, round_, text.encode())
    for shown in ("Aino Laine", "aino@example.org", "Lääkehoito", "Haavanhoito"):
        assert shown in page
    assert "Eino Salo" not in page
    make_invitations(boss, round_)
    assert Invitation.objects.get().exclusion == "Eino Salo"
    assert "Eino Salo" not in boss.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()


def test_own_words_are_left_for_the_person_and_the_page_says_so(boss: Client, round_: Round) -> None:
    page = upload(boss, round_, (HEADINGS + "Aino;aino@example.org;;Lääkehoito, Kvanttikudonta;Haavanhoito\n").encode())
    assert "Kvanttikudonta" in page
    assert "valitsee itse" in page
    make_invitations(boss, round_)
    assert Invitation.objects.get().answers["shares"] == ["medication"]


def test_no_sentence_of_the_page_speaks_of_the_command_line(boss: Client, round_: Round) -> None:
    page = upload(boss, round_, "Väri;Muoto\npunainen;pyöreä\n".encode())
    assert "yhtään saraketta ei tunnistettu" in page
    assert "Väri" in page
    assert "--map" not in page
    page = upload(boss, round_, "Nimi;Mitä haluaisit oppia?\nAino;Haavanhoito\n".encode())
    assert "Korjaa nämä" in page
    assert "--map" not in page


def test_teams_of_the_unit_are_found_by_their_names(boss: Client, round_: Round) -> None:
    team = UnitFactory(organisation=round_.unit.organisation, parent=round_.unit, name="Tiimi A")
    rows = "Aino;aino@example.org;tiimi a;Lääkehoito;Haavanhoito\nEino;eino@example.org;Muu;Lääkehoito;Haavanhoito\n"
    upload(boss, round_, (HEADINGS + rows).encode())
    make_invitations(boss, round_)
    told = {i.name: i.answers.get("team") for i in Invitation.objects.all()}
    assert told == {"Aino": team.pk, "Eino": None}


def test_a_second_press_is_harmless_and_says_nothing_wrong(boss: Client, round_: Round) -> None:
    upload(boss, round_, (HEADINGS + "Aino;aino@example.org;;Lääkehoito;Haavanhoito\n").encode())
    assert "1 kutsu tehtiin." in make_invitations(boss, round_)
    page = make_invitations(boss, round_)
    assert "ei ole enää" not in page
    assert Invitation.objects.count() == 1


def test_pressing_without_a_file_says_what_to_do(boss: Client, round_: Round) -> None:
    assert "Valitse se uudelleen" in make_invitations(boss, round_)
    page = boss.post(reverse("round_upload", args=[round_.pk]), {}).content.decode()
    assert "Valitse tiedosto." in page


def test_a_closed_sign_up_is_told_before_a_file_is_chosen(boss: Client, round_: Round) -> None:
    round_.sign_up_closes = timezone.localdate() - timedelta(days=1)
    round_.save()
    page = boss.get(reverse("round_upload", args=[round_.pk])).content.decode()
    assert 'type="file"' not in page
    assert reverse("round_settings", args=[round_.pk]) in page


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 2**20))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.xlsx", zip_bomb(), "purkautuisi"),
        ("a.csv", b"a" * (20 * 2**20 + 1), "yli 20 megatavua"),
        ("a.xlsx", b"PK\x03\x04 not a workbook", "rikki"),
    ],
    ids=["zip bomb", "too large", "no workbook"],
)
def test_dangerous_files_are_refused_with_the_reason(
    boss: Client, round_: Round, name: str, data: bytes, told: str
) -> None:
    assert told in upload(boss, round_, data, name)


def test_only_the_units_supervisor_reaches_the_page(client: Client, round_: Round) -> None:
    address = reverse("round_upload", args=[round_.pk])
    assert client.get(address).status_code == 302
    for somebody in (member_of(round_.unit), supervisor_of(UnitFactory())):
        client.force_login(somebody, backend=BACKEND)
        assert client.get(address).status_code == 404
        assert client.post(address, {"invite": "1"}).status_code == 404


def test_markup_in_a_cell_stays_text(boss: Client, round_: Round) -> None:
    page = upload(boss, round_, (HEADINGS + "<b>Aino</b>;aino@example.org;;Lääkehoito;Haavanhoito\n").encode())
    assert "<b>Aino" not in page
    assert "&lt;b&gt;Aino" in page


def test_queries_do_not_grow_with_the_rows(boss: Client, round_: Round, django_assert_max_num_queries: Any) -> None:
    counted = []
    for number in (10, 100):
        rows = "".join(f"Aino {n};aino.{n}@example.org;;Lääkehoito;Haavanhoito\n" for n in range(number))
        with django_assert_max_num_queries(30) as seen:
            upload(boss, round_, (HEADINGS + rows).encode())
        counted.append(len(seen.captured_queries))
    assert counted[0] == counted[1]
