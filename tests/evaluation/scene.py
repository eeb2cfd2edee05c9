"""Rounds that have been evaluated, made through the same actions as real ones."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from tests.factories import RoundFactory, UnitFactory, met, pair_of, supervisor_of

from oppipari.evaluation import actions
from oppipari.evaluation.items import items
from oppipari.evaluation.together import actions as together
from oppipari.insights import actions as insights
from oppipari.organisation.models import Person, Unit
from oppipari.pairs.models import Pair
from oppipari.rounds.models import Round

# What ten people answer to each item in turn: spread, high, unanimous but for one.
SPREAD = {
    "learnt": [4, 5, 4, 5, 3, 5, 4, 4, 5, 4],
    "new_view": [5, 4, 3, 4, 4, 2, 5, 4, 3, 4],
    "support": [3, 4, 2, 5, 3, 4, 1, 4, 3, 4],
    "equal_time": [5, 5, 5, 5, 5, 5, 5, 5, 5, 4],
    "confidence": [5, 5, 4, 5, 5, 4, 5, 5, 5, 5],
    "fit": [4, 3, 4, 2, 5, 4, 3, 4, 4, 5],
    "working_time": [2, 1, 3, 2, 4, 2, 1, 3, 2, 2],
    "recommend": [5, 4, 5, 4, 5, 3, 5, 4, 5, 5],
}
LINES = {
    "worked": ["Tapaamiset työajalla onnistuivat, kun ne varattiin heti alussa.", "Yövuorolaiset saivat parin päiväpuolelta ja ymmärrys kasvoi molempiin suuntiin."],
    "change": ["Ensi kerralla sovitaan sijaistava pari jo ennen tapaamista, ettei kukaan jää yksin osastolle."],
    "spread": ["Viisi hiljaista minuuttia ennen suullista raporttia.", "Haavakuvat samasta kulmasta ja samassa valossa."],
}  # fmt: skip
TEXTS = [
    "Hiljaiset viisi minuuttia ennen raporttia.", "Haavakuvat aina samasta kulmasta.", "Että kysytään ennen kuin neuvotaan.",
    "Pikaviestit kirjaamisen tueksi.", "Teams-palaverit lyhyempinä.", "Kahvihetki uuden työkaverin kanssa.",
    "Lääkejaon rauhoittaminen.", "Omahoitajan puheenvuoro hoitopalaverissa.", "Yövuoron terveiset taululle.",
]  # fmt: skip


def evaluated(
    unit: Unit,
    boss: Person,
    name: str,
    *,
    pairs: int = 5,
    answers: Mapping[str, list[int]] = SPREAD,
    lines: bool = True,
) -> Round:
    """A round of `pairs` pairs whose questionnaire has been answered by all and closed; conclusions are written."""
    round_: Round = RoundFactory(unit=unit, name=name, state=Round.State.MEETING, published_at=timezone.now())
    people = []
    for _ in range(pairs):
        pair = pair_of(round_)
        met(pair)
        people += [m.person for m in pair.members.all()]
    questionnaire = actions.open_questionnaire(round_, boss)
    for number, person in enumerate(people):
        values: dict[str, int | None] = {i.key: answers[i.key][number % 10] for i in items() if i.key in answers}
        text = TEXTS[number % len(TEXTS)] if number < len(TEXTS) else ""
        actions.answer(questionnaire, person, values, {"worth_spreading": text})
    actions.close_questionnaire(questionnaire, boss)
    if lines:
        for kind, texts in LINES.items():
            for text in texts:
                together.add(round_, boss, kind, text)
    round_.refresh_from_db()
    return round_


def share(pair: Pair, text: str) -> None:
    """Let a pair publish an insight."""
    people = [m.person for m in pair.members.all()]
    draft = insights.write(pair, people[0], text)
    for person in people:
        insights.approve(draft, person, draft.fingerprint)


def closed(unit: Unit, boss: Person, name: str, **more: Any) -> Round:
    """The same, closed, with an insight of its first pair."""
    round_ = evaluated(unit, boss, name, **more)
    share(round_.pairs.earliest("pk"), "Vuoronvaihdossa viisi hiljaista minuuttia kirjausten lukemiseen.")
    return actions.close_round(round_, boss)


def a_unit() -> tuple[Unit, Person]:
    unit: Unit = UnitFactory(name="Kuusikoti")
    return unit, supervisor_of(unit, name="Ritva Salo")
