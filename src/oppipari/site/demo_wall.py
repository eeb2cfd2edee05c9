"""The demo's trials, in several states, and what another unit of the organisation offers."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from oppipari.insights.lets_try.actions import say, tell_counts
from oppipari.insights.models import Insight, Trial
from oppipari.insights.trials import actions
from oppipari.insights.trials.actions import Outcome, Plan
from oppipari.messages.hours import ZONE
from oppipari.organisation.models import Person, Role, Unit
from oppipari.pairs.mornings import next_working_day
from oppipari.rounds.models import Round

# Still ahead when midnight comes while the demo is being filled.
AHEAD = timedelta(days=2)
WORDS, NUMBER = Trial.Evidence.WORDS, Trial.Evidence.NUMBER


def fill_wall(unit: Unit, boss: Person, today: date) -> None:
    """Trials of `unit`: one going on, one to decide on, one adopted after another unit's, and two offered elsewhere."""
    harbour = Unit.objects.get(organisation=unit.organisation, name="Satamakoti")
    other = Person.objects.get(organisation=unit.organisation, email="marja.lehto@example.org")
    source = _decided(
        harbour, other, today, 140, 98,
        Plan("Lääkkeenjako keskeytyy monta kertaa vuorossa", "Jakajalla on punainen liivi. Liivin päällä ollessa kysymykset odottavat, kiireellinenkin asia menee toiselle hoitajalle.", "", today, "Keskeytyksiä yhden lääkekierron aikana", NUMBER, "", Decimal(9), "fi"),
        Trial.State.ADOPTED, Outcome("Liivi toimi, kun siitä oli puhuttu myös omaisille. Ensimmäisenä päivänä nauratti, kolmantena kukaan ei enää keskeyttänyt.", after_number=Decimal(2)),
    )  # fmt: skip
    actions.offer(source, other)
    other_one = _decided(
        harbour, other, today, 90, 50,
        Plan("Skiftbytet drar ut på tiden", "Rapporten hålls stående vid tavlan. Det som redan står i journalen läses inte upp.", "", today, "Minuter per skiftbyte", NUMBER, "", Decimal(25), "sv"),
        Trial.State.ADAPTED, Outcome("Det gick snabbare, men nya kolleger behöver mer tid. Nu står vi på vardagar och sitter när någon är ny.", after_number=Decimal("14.5")),
    )  # fmt: skip
    actions.offer(other_one, other)
    ours = _decided(
        unit, boss, today, 80, 38,
        Plan("Lääkkeenjakajaa keskeytetään", "Punainen liivi jakajalle, ja puhelin jää kansliaan.", "", today, "Keskeytyksiä yhden lääkekierron aikana", NUMBER, "", Decimal(7), "fi"),
        Trial.State.ADOPTED, Outcome("Liivi jäi käyttöön. Puhelin pitää silti antaa jollekulle, muuten se soi tyhjässä kansliassa.", after_number=Decimal("1.5")), parent=source,
    )  # fmt: skip
    actions.offer(ours, boss)
    now = Insight.objects.filter(unit=unit, state=Insight.State.PUBLISHED, pair__round__state=Round.State.MEETING)
    quiet = now.earliest("pk")
    running = actions.start(
        unit, boss,
        Plan("Suullinen raportti venyy, ja tärkein unohtuu", quiet.text, "Tiimi A", today + timedelta(days=19), "Minuutteja vuoronvaihdossa", NUMBER, "", Decimal(22), "fi"),
        insight=quiet,
    )  # fmt: skip
    _set_back(running, today, 9, None)
    due = actions.start(
        unit, boss,
        Plan("Omaiset soittavat samoista asioista moneen kertaan", "Jokaiselle omaiselle yksi soitto viikossa sovittuna päivänä, ja lyhyt viesti väliin.", "Yöhoito ja Tiimi B", today + AHEAD, "Miltä puhelut tuntuvat hoitajista ja omaisista", WORDS, "Puhelin soi kesken hoitotilanteiden, ja vastaukset vaihtelevat.", None, "fi"),
    )  # fmt: skip
    _set_back(due, today, 29, today - timedelta(days=1))
    for person in Person.objects.filter(roles__unit=unit, roles__kind=Role.Kind.MEMBER, sign_ups__round__state=Round.State.MEETING).exclude(roles__kind=Role.Kind.SUPERVISOR)[4:9]:  # fmt: skip
        if not quiet.approvals.filter(person=person).exists():
            say(quiet, person, on=True)
    tell_counts(datetime.combine(next_working_day(today), time(9), ZONE))


def _decided(unit: Unit, by: Person, today: date, began: int, ended: int, plan: Plan, choice: Trial.State, outcome: Outcome, parent: Trial | None = None) -> Trial:  # fmt: skip
    """A trial that began and was decided so many days ago; the demo's clock is set back."""
    plan = Plan(**{name: getattr(plan, name) for name in Plan.__dataclass_fields__} | {"until": today + AHEAD})  # fmt: skip
    made = actions.start(unit, by, plan, parent=parent)
    made = actions.decide(made, by, made.version, choice, outcome)
    day = today - timedelta(days=ended)
    Trial.objects.filter(pk=made.pk).update(started_on=today - timedelta(days=began), until=day, decided_on=day)
    return Trial.objects.select_related("unit").get(pk=made.pk)


def _set_back(trial: Trial, today: date, began: int, until: date | None) -> None:
    Trial.objects.filter(pk=trial.pk).update(started_on=today - timedelta(days=began), until=until or trial.until)
