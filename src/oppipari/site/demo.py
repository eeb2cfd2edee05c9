"""A made-up unit in the middle of its round, made through the same actions as a real one."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from oppipari.insights import actions as insights
from oppipari.meetings import actions as meetings
from oppipari.meetings.clock import local
from oppipari.meetings.models import Meeting
from oppipari.meetings.queries import suggested_times
from oppipari.meetings.work_times import rosters
from oppipari.organisation.actions import add_team, give_role, hand_over_links
from oppipari.organisation.confirmed import confirmed_now
from oppipari.organisation.models import Organisation, Person, PersonalLink, Role, Unit
from oppipari.pairs import actions as pairs
from oppipari.pairs.constraints import Edit
from oppipari.pairs.models import Pair
from oppipari.rounds import actions as rounds
from oppipari.rounds.models import Round
from oppipari.scheduling import Span
from oppipari.site.demo_earlier import fill_earlier
from oppipari.site.demo_wall import fill_wall

SUPERVISOR = ("Ritva Salo", "ritva.salo@example.org")
HALF_MADE = "…"
MORNINGS, EVENINGS = [0, 3, 6, 9, 12], [1, 4, 7, 10, 13]
PEOPLE: list[tuple[str, str, str, list[str], list[str], list[int], str]] = [
    ("Aino Laine", "Tiimi A", "early", ["digital-tools", "teams-tool"], ["wound-care", "medication"], MORNINGS, "either"),
    ("Eino Mäkelä", "Tiimi B", "experienced", ["wound-care", "medication", "palliative-care"], ["teams-tool", "ai-tools"], MORNINGS, "face_to_face"),
    ("Fatima Hassan", "Tiimi A", "mid", ["multicultural-work", "communication"], ["documentation", "rai-assessment"], MORNINGS, "either"),
    ("Kari Niemi", "Tiimi B", "experienced", ["documentation", "rai-assessment", "shift-lead"], ["multicultural-work", "feedback"], MORNINGS, "either"),
    ("Leena Virtanen", "Yöhoito", "experienced", ["palliative-care", "family-cooperation"], ["stress-recovery", "digital-tools"], EVENINGS, "teams"),
    ("Mikko Saari", "Tiimi A", "early", ["mobile-work", "digital-tools"], ["family-cooperation", "challenging-behaviour"], EVENINGS, "either"),
    ("Noora Koski", "Tiimi B", "mid", ["challenging-behaviour", "memory-disorders"], ["leadership", "conflict"], MORNINGS + EVENINGS, "either"),
    ("Olli Heikkinen", "Tiimi A", "experienced", ["conflict", "leadership", "student-guidance"], ["ai-tools", "memory-disorders"], MORNINGS, "face_to_face"),
    ("Päivi Lahti", "Yöhoito", "mid", ["ergonomics", "fall-prevention"], ["nutrition", "oral-health"], EVENINGS, "either"),
    ("Sanna Tran", "Tiimi B", "early", ["nutrition", "oral-health", "finnish-at-work"], ["ergonomics", "career-planning"], EVENINGS, "teams"),
    ("Timo Rinne", "Tiimi A", "mid", ["ai-tools", "spreadsheets"], ["ethics", "work-wellbeing"], MORNINGS, "either"),
]  # fmt: skip


def fill() -> list[tuple[str, str]]:
    """Make the demo's unit once; returns (who, token of a fresh sign-in link) for the supervisor and two participants."""
    if not Organisation.objects.exists():
        _make()
    elif Organisation.objects.filter(name=HALF_MADE).exists():
        raise SystemExit(
            "The demo was stopped while it was being made. Delete its data folder (data-demo) and start it again."
        )
    people = [SUPERVISOR[1], _address(PEOPLE[0][0]), _address(PEOPLE[1][0])]
    found = [Person.objects.get(email=address) for address in people]
    roles = ["Esihenkilö", "Osallistuja", "Hänen parinsa"]
    return [
        (f"{role} {person.name}", PersonalLink.make(person, PersonalLink.Kind.OWN))
        for role, person in zip(roles, found, strict=True)
    ]


def _address(name: str) -> str:
    plain = name.lower().replace("ä", "a").replace("ö", "o").replace(" ", ".")
    return f"{plain}@example.org"


def _make() -> None:
    # Not one transaction: answers count only when they are committed.
    organisation = Organisation.objects.create(name=HALF_MADE)
    unit = Unit.objects.create(organisation=organisation, name="Kuusikoti")
    boss = Person.objects.create(
        organisation=organisation, name=SUPERVISOR[0], email=SUPERVISOR[1], email_confirmed_at=confirmed_now()
    )
    for kind in (Role.Kind.ADMINISTRATOR, Role.Kind.COORDINATOR):
        give_role(boss, kind)
    give_role(boss, Role.Kind.SUPERVISOR, unit)
    teams = {name: add_team(unit, boss, name) for name in ("Tiimi A", "Tiimi B", "Yöhoito")}
    today = timezone.localdate()
    fill_earlier(unit, boss, today)
    round_ = rounds.open_round(unit, boss, name=f"Mentorointi {today.year}", sign_up_closes=today + timedelta(days=1))
    for name, team, stage, shares, wants, slots, way in PEOPLE:
        person = Person.objects.create(
            organisation=organisation, name=name, email=_address(name), email_confirmed_at=confirmed_now()
        )
        made = rounds.sign_up(
            round_,
            person,
            {"shares": shares, "wants": wants, "stage": stage, "slots": slots, "languages": ["fi"], "way": way, "team": teams[team].pk},
        )  # fmt: skip
        rounds.confirm_sign_ups(round_, boss, [made.pk])
    rounds.close_sign_up(round_, boss)
    proposal = pairs.suggest(round_, boss)
    for trio in proposal.plan["suggested_trios"]:
        # Eleven people: the odd one joins the trio that suits all three, as a supervisor would choose.
        pairs.edit(round_, boss, round_.board.version, Edit.TRIO, [int(k) for k in trio["members"]])
        round_.board.refresh_from_db()
    _roster(unit, boss, today)
    published = pairs.publish_pairs(round_, boss, round_.board.version)
    # They have been told, by slips where no letters leave, and have answered that it suits them.
    hand_over_links([m.person for pair in published for m in pair.members.select_related("person")], boss)
    for number, pair in enumerate(published):
        _live(pair, number, boss, round_, today)
    fill_wall(unit, boss, today)
    organisation.name = "Järvenrannan hyvinvointialue"
    organisation.save()


# Five weeks of shifts: mornings now and then become evenings, so that the two of a pair do not always meet.
CODES = {"A": [(7 * 60, 15 * 60)], "I": [(14 * 60, 22 * 60)], "Y": [(21 * 60 + 30, 7 * 60 + 30)]}
EARLY, LATE = (
    ("AAAI---", "AAIA---", "-AAAI--", "AA-AA--", "I-AAA--"),
    ("II-II--", "AIII---", "-IAII--", "IIA-I--", "III-A--"),
)


def _roster(unit: Unit, boss: Person, today: date) -> None:
    """The unit's roster for the coming weeks."""
    rosters.set_legend(unit, boss, CODES)
    monday = today - timedelta(days=today.weekday())
    told = {}
    for number, (name, *_told, slots, _way) in enumerate(PEOPLE):
        shifts = []
        for week in range(5):
            pattern = (LATE if slots == EVENINGS else EARLY)[(number + week) % 5]
            for day, code in enumerate(pattern):
                for start, end in CODES.get(code, ()):
                    on = monday + timedelta(weeks=week, days=day)
                    begin, finish = (local(on, time(m // 60, m % 60)) for m in (start, end))
                    shifts.append(Span(begin, finish))
        days = [monday + timedelta(days=n) for n in range(35)]
        told[Person.objects.get(email=_address(name)).pk] = rosters.Told(shifts, days)
    rosters.keep_roster(unit, boss, told)


SHARED = {
    1: "Uuden asukkaan ensimmäisenä iltana sama hoitaja iltatoimista aamuun: tutut kasvot rauhoittavat.",
    3: "Jos Teamsin kanssa takkuaa, kysy heti. Kaikki olemme joskus olleet mykistettyinä. 🙂",
}


def _live(pair: Pair, number: int, boss: Person, round_: Round, today: date) -> None:
    """Let a pair be in mid-round: some have met, some wait for a yes, one has shared an insight."""
    members = [m.person for m in pair.members.select_related("person")]
    for person in members:
        pairs.answer_fine(pair, person)
    if number % 2 == 0:
        goals = [
            ["Haavanhoidon varmuus arkeen", "Teams-palaverit tutuiksi"],
            ["Kirjaaminen sujuvaksi"],
            ["Rauhallisempi vuoronvaihto"],
        ]
        pairs.set_goals(pair, members[0], pair.goals_version, goals[number // 2 % 3])
    if number > 1 and PEOPLE[0][0] not in {str(p) for p in members}:
        return  # has not booked yet: the planner has something to do
    times = suggested_times(pair)
    made = meetings.propose(pair, members[0], [_meeting(t) for t in times])
    if number != 1:
        for meeting in made:
            for person in members[1:]:
                meetings.answer_time(meeting, person, meeting.version, suits=True)
        meetings.agree(round_, boss, [m.pk for m in made])
    if number in (0, 2):
        # A meeting that was already held lies in the past, which nobody can propose; the demo's clock is set back.
        Meeting.objects.filter(pk=made[0].pk).update(starts_at=local(today - timedelta(days=9), time(14)))
        meetings.hold(Meeting.objects.get(pk=made[0].pk), members[0])
    if number == 0:
        text = "Vuoronvaihdossa viisi hiljaista minuuttia kirjausten lukemiseen ennen suullista raporttia: asiat muistuvat mieleen ja raportti lyhenee."
        draft = insights.write(pair, members[0], text)
        for person in members:
            insights.approve(draft, person, draft.fingerprint)
        insights.write(pair, members[1], "Haavakuvat samasta kulmasta ja samassa valossa: muutos näkyy heti.")
    if number in SHARED:
        draft = insights.write(pair, members[0], SHARED[number])
        for person in members:
            insights.approve(draft, person, draft.fingerprint, name_may_show=number == 1)


def _meeting(at: datetime) -> dict[str, Any]:
    return {"starts_at": at, "minutes": 60, "way": "face_to_face", "place": "Takkahuone"}
