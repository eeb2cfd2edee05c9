"""The demo's earlier rounds, closed: what they brought in its unit and in two others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from oppipari.evaluation import actions as evaluation
from oppipari.evaluation.items import END, START, ours
from oppipari.evaluation.together import actions as together
from oppipari.insights import actions as insights
from oppipari.insights.models import Insight
from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting
from oppipari.organisation.actions import give_role
from oppipari.organisation.confirmed import confirmed_now
from oppipari.organisation.models import Person, Role, Unit
from oppipari.pairs import actions as pairs
from oppipari.pairs.models import Pair
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round, SignUp

# Colleagues who were in earlier rounds and are in none now.
COLLEAGUES = {
    "Kuusikoti": ("Anneli Aalto", "Bertta Berg", "Elina Kallio", "Hannu Salmi", "Iida Tuomi", "Jaana Rauhala", "Kaisa Ranta", "Liisa Oja", "Markku Pelto", "Outi Suomi"),
    "Satamakoti": ("Aila Vuori", "Eeva Lampi", "Heli Kivi", "Ilkka Paju", "Jonna Halla", "Kirsi Noro", "Lauri Metso", "Minna Aho"),
    "Rantakoti": ("Arja Tuuli", "Esa Kari", "Hilkka Niitty", "Jari Lehtola", "Katja Harju", "Merja Soini", "Petri Vaara", "Raija Kuisma"),
}  # fmt: skip
SKILLS = (
    "wound-care",
    "documentation",
    "memory-disorders",
    "teams-tool",
    "medication",
    "palliative-care",
    "ergonomics",
    "communication",
)
# What ten people answered to each statement in turn, at the end of a good round; earlier ones a little lower.
ANSWERS = {
    "learnt": (4, 5, 4, 5, 3, 5, 4, 4, 5, 4), "new_view": (5, 4, 3, 4, 4, 2, 5, 4, 3, 4), "support": (3, 4, 2, 5, 3, 4, 1, 4, 3, 4),
    "equal_time": (5, 5, 4, 5, 5, 5, 4, 5, 5, 4), "confidence": (5, 4, 4, 5, 3, 4, 5, 5, 4, 5), "fit": (4, 3, 4, 2, 5, 4, 3, 4, 4, 5),
    "working_time": (2, 1, 3, 2, 4, 2, 1, 3, 2, 2), "recommend": (5, 4, 5, 4, 5, 3, 5, 4, 5, 5),
}  # fmt: skip
THOUGHTS = (
    "Hiljaiset viisi minuuttia ennen raporttia.", "Haavakuvat aina samasta kulmasta.", "Että kysytään ennen kuin neuvotaan.",
    "Pikaviestit kirjaamisen tueksi.", "Lyhyemmät Teams-palaverit.", "Kahvihetki uuden työkaverin kanssa.",
    "Lääkkeenjaon rauhoittaminen.", "Omahoitajan puheenvuoro hoitopalaverissa.",
)  # fmt: skip
LINES = {
    "worked": ("Kun kaikki tapaamiset varattiin heti alussa, ne myös pidettiin.", "Yövuorolaiset saivat parin päiväpuolelta, ja ymmärrys kasvoi molempiin suuntiin."),
    "change": ("Ensi kerralla sovitaan sijaistava pari jo ennen tapaamista, ettei kukaan jää yksin osastolle.",),
    "spread": ("Haavakuvat samasta kulmasta ja samassa valossa.",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """A round that was closed some days ago; `fell` takes a step from every third answer."""

    name: str
    began: int
    closed: int
    fell: bool = False
    lines: Mapping[str, Sequence[str]] | None = None


def fill_earlier(unit: Unit, boss: Person, today: date) -> None:
    """Two closed rounds of `unit`, and one in each of two other units."""
    year = today.year
    _hold(unit, boss, today, Past(f"Mentorointi {year - 2}", 730, 560, fell=True))
    _hold(unit, boss, today, Past(f"Mentorointi {year - 1}", 365, 200, lines=LINES))
    for name, supervisor, address, began in (
        ("Satamakoti", "Marja Lehto", "marja.lehto@example.org", 300),
        ("Rantakoti", "Pekka Aro", "pekka.aro@example.org", 280),
    ):
        other, _new = Unit.objects.get_or_create(organisation=unit.organisation, name=name, parent=None)
        there, new = Person.objects.get_or_create(
            organisation=unit.organisation, email=address, defaults={"name": supervisor, "email_confirmed_at": confirmed_now()}
        )  # fmt: skip
        if new:
            give_role(there, Role.Kind.SUPERVISOR, other)
        _hold(other, there, today, Past(f"Mentorointi {year - 1}", began, began - 150, fell=name == "Rantakoti"))


def _hold(unit: Unit, boss: Person, today: date, past: Past) -> None:
    """A whole round from sign-up to closing through the same actions as a real one; then the demo's clock is set back."""
    round_ = rounds.open_round(unit, boss, name=past.name, sign_up_closes=today + timedelta(days=1))
    people = [_colleague(unit, name) for name in COLLEAGUES[unit.name]]
    at_start, at_end = ([i.key for i in ours().items(when)] for when in (START, END))
    for number, person in enumerate(people):
        shares, wants = SKILLS[number % len(SKILLS)], SKILLS[(number + 3) % len(SKILLS)]
        stage = SignUp.Stage.values[number % 3]
        told = {"shares": [shares], "wants": [wants], "stage": stage, "languages": ["fi"]}
        made = rounds.sign_up(round_, person, told)
        if made.confirmed_at is None:  # the first time
            rounds.confirm_sign_ups(round_, boss, [made.pk])
        answers = {key: max(1, ANSWERS[key][number] - 1) for key in at_start}
        evaluation.answer_start(round_, person, answers, _version(unit))
    rounds.close_sign_up(round_, boss)
    pairs.suggest(round_, boss)
    published = pairs.publish_pairs(round_, boss, round_.board.version)
    evaluation.settle_start_questions()
    for number, pair in enumerate(published):
        _met(pair, today - timedelta(days=past.began - 30), 2 + number % 2)
    if past.lines:
        _share(published[0])
    round_.refresh_from_db()
    questionnaire = evaluation.open_questionnaire(round_, boss)
    for number, person in enumerate(people):
        values = {k: max(1, ANSWERS[k][number] - (past.fell and number % 3 == 0)) for k in at_end}
        thought = THOUGHTS[number] if past.lines and number < len(THOUGHTS) else ""
        evaluation.answer(questionnaire, person, values, {"worth_spreading": thought})
    evaluation.close_questionnaire(questionnaire, boss)
    for kind, texts in (past.lines or {}).items():
        for text in texts:
            together.add(round_, boss, kind, text)
    round_.refresh_from_db()
    # Long ago each was asked whether to go on, and none did.
    Pair.objects.filter(round=round_).update(state=Pair.State.FINISHED)
    evaluation.close_round(round_, boss)
    began, closed = (_at(today, days) for days in (past.began, past.closed))
    Round.objects.filter(pk=round_.pk).update(
        created_at=began, sign_up_closes=began.date() + timedelta(days=14), published_at=began + timedelta(days=16), closed_at=closed
    )  # fmt: skip
    Insight.objects.filter(pair__round=round_).update(published_at=closed - timedelta(days=20))


def _version(unit: Unit) -> int:
    return unit.organisation.question_sets.count() or 1


def _at(today: date, days: int) -> datetime:
    return local(today - timedelta(days=days), time(10))


def _colleague(unit: Unit, name: str) -> Person:
    plain = name.lower().replace("ä", "a").replace("ö", "o").replace(" ", ".")
    made, _new = Person.objects.get_or_create(
        organisation=unit.organisation, email=f"{plain}@example.org", defaults={"name": name, "email_confirmed_at": confirmed_now()}
    )  # fmt: skip
    return made


def _met(pair: Pair, first: date, times: int) -> None:
    """So many meetings that were held, a month apart."""
    Meeting.objects.bulk_create(
        Meeting(pair=pair, starts_at=local(first + timedelta(weeks=4 * n), time(14)), minutes=60, state=Meeting.State.HELD)
        for n in range(times)
    )  # fmt: skip


def _share(pair: Pair) -> None:
    people = [m.person for m in pair.members.select_related("person")]
    draft = insights.write(
        pair, people[0], "Kun kysyy ensin ”mitä olet jo kokeillut?”, neuvoja tarvitaan puolet vähemmän."
    )
    for person in people:
        insights.approve(draft, person, draft.fingerprint)
