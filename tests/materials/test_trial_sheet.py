"""A trial on one page: tagged, in three languages, never two pages, no names of people."""

import importlib.abc
import io
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader
from tests.conftest import require
from tests.factories import PersonFactory, UnitFactory, member_of, supervisor_of
from tests.insights.test_trials import plan

from oppipari.insights.models import Trial
from oppipari.insights.trials import actions
from oppipari.insights.trials.actions import Outcome
from oppipari.materials import pdf
from oppipari.materials.trial_sheet import build_sheet, texts
from oppipari.organisation.models import Person, Unit

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture(autouse=True)
def _pango() -> None:
    try:
        pdf._weasyprint()
    except pdf.PdfUnavailable as error:
        require("PDF", f"PDFs cannot be drawn here: {error}")


@pytest.fixture
def unit() -> Unit:
    return UnitFactory(name="Kuusikoti")


@pytest.fixture
def boss(unit: Unit) -> Person:
    return supervisor_of(unit, name="Ritva Salo")


@pytest.fixture
def trial(unit: Unit, boss: Person) -> Trial:
    made = actions.start(unit, boss, plan(carer="Fatima Hassan"))
    return actions.decide(made, boss, 1, Trial.State.ADOPTED, Outcome("Se toimi, ja öisin vielä paremmin.", after_number=made.before_number))  # fmt: skip


def read(made: bytes) -> tuple[PdfReader, str]:
    reader = PdfReader(io.BytesIO(made))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fi", ["Otettiin käyttöön", "Mitä kokeiltiin", "Mitä opimme", "Ennen", "22"]),
        ("sv", ["Togs i bruk", "Vad vi prövade", "Vad vi lärde oss", "Före", "22"]),
        ("en", ["Adopted", "What we tried", "What we learnt", "Before", "22"]),
    ],
)
def test_its_text_can_be_read_out_in_the_readers_language(trial: Trial, lang: str, words: list[str]) -> None:
    reader, text = read(build_sheet(trial, lang))
    for word in (*words, "Kuusikoti", trial.problem, trial.what, trial.learnt):
        assert word in text
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()
    assert trial.problem in str(reader.metadata.title)  # type: ignore[union-attr]
    assert {"H1", "H2", "P"} <= kinds(root["/StructTreeRoot"])
    for name in ("Fatima", "Ritva"):
        assert name not in text


def kinds(node: Any) -> set[str]:
    """Which kinds of tags a document has."""
    node = node.get_object()
    if isinstance(node, list):
        return set().union(*(kinds(child) for child in node))
    if not isinstance(node, dict):
        return set()
    own = {str(node["/S"]).lstrip("/")} if "/S" in node else set()
    return own | (kinds(node["/K"]) if "/K" in node else set())


def test_the_trials_own_language_is_marked(unit: Unit, boss: Person) -> None:
    swedish = actions.start(unit, boss, plan(problem="Skiftbytet drar ut på tiden", language="sv"))
    reader, _text = read(build_sheet(swedish, "fi"))

    def languages(node: Any) -> set[str]:
        node = node.get_object()
        if isinstance(node, list):
            return set().union(*(languages(child) for child in node))
        if not isinstance(node, dict):
            return set()
        return ({str(node["/Lang"])} if "/Lang" in node else set()) | (languages(node["/K"]) if "/K" in node else set())

    assert languages(reader.trailer["/Root"]["/StructTreeRoot"]) == {"sv"}


def test_the_longest_texts_fit_on_one_page(unit: Unit, boss: Person) -> None:
    word = "yhdyssanahirviö "
    for what in ((word * 70)[:1000].strip(), "\n".join(["rivi"] * 40), "\n".join(["a"] * 500)):
        made = actions.start(unit, boss, plan(problem=(word * 20)[:300].strip(), what=what, sign=(word * 20)[:200].strip(), evidence=Trial.Evidence.WORDS, before_words=(word * 20)[:200].strip()))  # fmt: skip
        made = actions.decide(made, boss, 1, Trial.State.ADAPTED, Outcome((word * 30)[:400].strip(), after_words=(word * 20)[:200].strip()))  # fmt: skip
        made.from_unit = "Pitkänimisen hoivakodin toinen yksikkö"
        assert len(read(build_sheet(made, "fi"))[0].pages) == 1


def test_an_unbroken_text_stays_on_the_paper(unit: Unit, boss: Person) -> None:
    word = "hoitosuunnitelma" * 9
    made = actions.start(unit, boss, plan(problem=word[:140], what=word[:140], sign=word[:140], evidence=Trial.Evidence.WORDS, before_words=word[:140]))  # fmt: skip
    made = actions.decide(made, boss, 1, Trial.State.ADAPTED, Outcome(word[:140], after_words=word[:140]))
    page = read(build_sheet(made, "fi"))[0].pages[0]
    right: list[float] = []

    def look(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        # Letters of the smallest size on the page: more of them on a line would run off it.
        if "hoito" in text:
            right.append(max(len(line) for line in text.split("\n")))

    page.extract_text(visitor_text=look)
    assert right
    assert max(right) < 90
    assert "".join(page.extract_text().split()).count(word[:140]) == 6


@pytest.mark.parametrize(("lang", "ahead", "passed"), [
    ("fi", "Päätämme", "Päätöspäivä oli"), ("sv", "Vi beslutar", "Beslutsdagen var"), ("en", "We decide on", "The day to decide was"),
])  # fmt: skip
def test_a_running_trial_tells_its_day_once_and_whether_it_has_passed(
    unit: Unit, boss: Person, lang: str, ahead: str, passed: str
) -> None:
    made = actions.start(unit, boss, plan())
    day = f"{made.until.day} {made.until:%B %Y}" if lang == "en" else f"{made.until.day}.{made.until.month}.{made.until.year}"  # fmt: skip
    text = read(build_sheet(made, lang))[1]
    assert text.count(day) == 1
    assert f"{ahead} {day}" in text
    made.until = timezone.localdate() - timedelta(days=1)
    text = read(build_sheet(made, lang))[1]
    assert passed in text
    assert ahead not in text


def test_strange_texts_become_a_page(unit: Unit, boss: Person) -> None:
    made = actions.start(unit, boss, plan(problem="مرحبا بالجميع 🙂 <b>x</b>", what="</p><img src='file:///etc/passwd'><style>*{display:none}</style>"))  # fmt: skip
    _reader, text = read(build_sheet(made, "fi"))
    text = text.replace("\0", "")  # as pypdf reads a page with a second font
    assert "<b>x</b>" in text.replace(" ", "")  # as pypdf places spaces beside letters that read from the right
    assert "file:///etc/passwd" in text  # as words, not fetched
    assert "Kuusikoti" in text


NO_FONT = "\U0010fffd"  # for private use: no machine has a font with it


@pytest.mark.parametrize("field", ["problem", "what", "sign", "before_words"])
def test_what_no_font_draws_is_left_out_and_the_page_says_so(unit: Unit, boss: Person, field: str) -> None:
    texts_of = {"problem": "Raportti venyy", "what": "Luetaan ensin", "sign": "Minuutteja", "before_words": "Paljon"}
    words = texts_of[field].split()[0]
    made = actions.start(unit, boss, plan(evidence=Trial.Evidence.WORDS, before_number=None, **texts_of | {field: f"{words} {NO_FONT}\ufe0f eteenpäin"}))  # fmt: skip
    reader, text = read(build_sheet(made, "fi"))
    assert NO_FONT not in text
    assert f"{words} eteenpäin" in text
    assert "Tekstistä puuttuu merkkejä" in text
    assert len(reader.pages) == 1


def test_where_all_can_be_drawn_nothing_is_said_and_it_is_drawn_once(
    trial: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Any] = []
    real = pdf._draw
    monkeypatch.setattr(pdf, "_draw", lambda *given: drawn.append(given) or real(*given))
    assert "Tekstistä puuttuu" not in read(build_sheet(trial, "fi"))[1]
    assert len(drawn) == 1


def test_letters_leave_a_gap_that_one_sees_and_pictures_none() -> None:
    missing = frozenset("漢字🦥👩🔬")
    assert pdf.without("Kirja 漢字 字漢 hyllyyn", missing) == "Kirja […] hyllyyn"
    assert pdf.without("Hyvä 🦥 juttu 👩\u200d🔬\nJatkuu", missing) == "Hyvä juttu\nJatkuu"
    assert pdf.without("❤\ufe0f  ennallaan", frozenset()) == "❤\ufe0f  ennallaan"


def test_nothing_but_our_fonts_is_fetched(trial: Trial) -> None:
    _weasyprint, fetcher = pdf._weasyprint()
    assert fetcher.fetch("fonts:///source-sans-3-latin.woff2").read(4) == b"wOF2"
    for address in ("http://127.0.0.1:9/x.css", "https://example.org/", "file:///etc/passwd", "fonts:///../../settings.py", "fonts:///x.woff2", "data:text/css,x"):  # fmt: skip
        with pytest.raises(ValueError, match="only our own fonts"):
            fetcher.fetch(address)
    reader, _text = read(build_sheet(trial, "fi"))
    fonts = {str(f.get_object()["/BaseFont"]) for f in reader.pages[0]["/Resources"]["/Font"].values()}  # type: ignore[index]
    assert all("Source-Sans-3" in f for f in fonts), fonts


def test_a_running_trial_has_room_to_write(unit: Unit, boss: Person) -> None:
    running = actions.start(unit, boss, plan())
    _reader, text = read(build_sheet(running, "fi"))
    assert "Päätämme" in text
    assert "Kokeillaan" in text


def test_the_unit_opens_it_and_others_once_it_is_offered(client: Any, unit: Unit, boss: Person, trial: Trial) -> None:
    url = reverse("trial_summary", args=[trial.pk])
    elsewhere = member_of(UnitFactory(organisation=unit.organisation))
    for person, status in ((boss, 200), (member_of(unit), 200), (elsewhere, 404), (PersonFactory(), 404)):
        client.force_login(person, backend=BACKEND)
        answer = client.get(url)
        assert answer.status_code == status
        if status == 200:
            assert answer["Content-Type"] == "application/pdf"
            assert f"oppipari-kuusikoti-{trial.pk}.pdf" in answer["Content-Disposition"]
    actions.offer(trial, boss)
    client.force_login(elsewhere, backend=BACKEND)
    assert "Vad vi prövade" in read(client.get(url, {"lang": "sv"}).content)[1]
    assert "Mitä kokeiltiin" in read(client.get(url, {"lang": "xx"}).content)[1]


def test_all_languages_have_all_words() -> None:
    assert set(texts()["fi"]) == set(texts()["sv"]) == set(texts()["en"])


class NoPango(importlib.abc.MetaPathFinder):
    """What importing WeasyPrint does where Pango is not installed."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")


@pytest.fixture
def no_pango() -> Iterator[None]:
    known = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "weasyprint"}
    finder = NoPango()
    sys.meta_path.insert(0, finder)
    pdf._weasyprint.cache_clear()
    yield
    sys.meta_path.remove(finder)
    sys.modules.update(known)
    pdf._weasyprint.cache_clear()


def test_where_pango_is_missing_only_the_pdf_is(client: Any, boss: Person, trial: Trial, no_pango: None) -> None:
    client.force_login(boss, backend=BACKEND)
    answer = client.get(reverse("trial_summary", args=[trial.pk]))
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "puuttuu PDF-tiedostoja piirtävä kirjasto (Pango)" in page
    assert reverse("trial", args=[trial.pk]) in page
    assert client.get(reverse("trial", args=[trial.pk])).status_code == 200
