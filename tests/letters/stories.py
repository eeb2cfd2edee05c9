"""How each kind of letter comes about: what people do, by the same actions as their pages.

The name of a story is the kind of its letter and, after a hyphen, what is special about it. It is the newest letter of that
kind which is compared, the one to whom a story returns, or to anybody.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.letters.scene import Scene
from tests.mailbox import deliver_all
from tests.meetings.answering import suits_all

from oppipari.evaluation import actions as evaluation
from oppipari.insights import actions as insights
from oppipari.insights.models import Trial
from oppipari.meetings import actions as meetings
from oppipari.meetings.models import Meeting, OnlineMeeting
from oppipari.meetings.own_calendar.actions import choose
from oppipari.meetings.work_times.rosters import _tell_unfit
from oppipari.messages.models import Outgoing
from oppipari.messages.signals import address_refused
from oppipari.organisation import actions as organisation
from oppipari.organisation.models import Person
from oppipari.organisation.own_details import actions as own_details
from oppipari.pairs import actions as pairs
from oppipari.pairs.models import Pair
from oppipari.rounds import actions as rounds
from oppipari.rounds import knowing, taking_over
from oppipari.rounds.models import Invitation, Round
from oppipari.site.reminding import remind_all

Story = Callable[[Scene], Person | None]
STORIES: dict[str, Story] = {}
TOLD = {"shares": ["medication"], "wants": ["first-aid"], "slots": [0], "languages": ["fi"], "stage": "mid"}


def story(name: str) -> Callable[[Story], Story]:
    def keep(told: Story) -> Story:
        STORIES[name] = told
        return told

    return keep


# -- signing in and up ------------------------------------------------------------------------------------------------


def _ask_for_code(scene: Scene, email: str) -> None:
    client = Client(headers={"accept-language": scene.language})
    client.post(reverse("account_request_login_code"), {"email": email})


@story("sign_in_code")
def _(scene: Scene) -> None:
    _ask_for_code(scene, scene.boss.email or "")


@story("sign_in_unknown")
def _(scene: Scene) -> None:
    _ask_for_code(scene, "tuntematon@example.org")


@story("supervisor_added")
def _(scene: Scene) -> None:
    organisation.add_supervisor(scene.round.unit, scene.boss, name="Uuno Uusi", email="uuno.uusi@example.org")


def _taking_sign_ups(scene: Scene) -> Round:
    Round.objects.filter(pk=scene.round.pk).update(state=Round.State.SIGN_UP, sign_up_closes=date(2027, 3, 1))
    return Round.objects.get(pk=scene.round.pk)


@story("invitation")
def _(scene: Scene) -> None:
    rounds.invite(
        _taking_sign_ups(scene), scene.boss, [{"email": "kaisa.kutsuttu@example.org", "name": "Kaisa Kutsuttu"}]
    )


@story("sign_up_received")
def _(scene: Scene) -> None:
    rounds.sign_up(_taking_sign_ups(scene), scene.somebody("Iida Joki"), TOLD)


def _waits(scene: Scene) -> Person:
    person = scene.stranger("Ville Vieras")
    rounds.sign_up(_taking_sign_ups(scene), person, TOLD)
    return person


@story("sign_up_waiting")
def _(scene: Scene) -> None:
    _waits(scene)


@story("somebody_waits")
def _(scene: Scene) -> None:
    _waits(scene)


@story("sign_up_confirmed")
def _(scene: Scene) -> None:
    made = _waits(scene).sign_ups.get()
    knowing.confirm_sign_ups(made.round, scene.boss, [made.pk])


@story("sign_up_unpaired")
def _(scene: Scene) -> None:
    knowing.tell_person(scene.looking[0], "sign_up_unpaired")


@story("letter_refused")
def _(scene: Scene) -> None:
    rounds.invite(_taking_sign_ups(scene), scene.boss, [{"email": "vaara@example.org", "name": "Väärä Osoite"}])
    address_refused.send(Outgoing, address="vaara@example.org")


def _moving(scene: Scene, to: str) -> None:
    own_details.ask_to_move(scene.members(scene.pair)[0], to)


@story("address_new")
def _(scene: Scene) -> None:
    _moving(scene, "aino.uusi@example.org")


@story("address_old")
def _(scene: Scene) -> None:
    _moving(scene, "aino.uusi@example.org")


@story("address_taken")
def _(scene: Scene) -> None:
    _moving(scene, scene.boss.email or "")


@story("address_invited")
def _(scene: Scene) -> None:
    rounds.invite(_taking_sign_ups(scene), scene.boss, [{"email": "aino.vanha@example.org"}])
    made = Invitation.objects.get(email="aino.vanha@example.org")
    taking_over.ask_for_it(made, scene.members(scene.pair)[0], "token")


# -- pairs ------------------------------------------------------------------------------------------------------------


@story("pair_published")
def _(scene: Scene) -> None:
    pairs.form_new_pairs(scene.round, scene.boss, [[s.pk for s in scene.looking[:2]]])


@story("pair_published-trio")
def _(scene: Scene) -> None:
    pairs.join_pair(scene.pair, scene.boss, scene.looking[2].pk)


def _have_met(scene: Scene, pair: Pair) -> None:
    for days in (58, 30, 2):
        pair.meetings.create(starts_at=timezone.now() - timedelta(days=days), minutes=60, state="held")
    pairs.ask_to_go_on(pair)


def _question(scene: Scene, pair: Pair) -> None:
    _have_met(scene, pair)
    scene.clock.at("2027-02-02 08:05")
    pairs.every_morning(timezone.now())


def _all_go_on(scene: Scene, pair: Pair) -> None:
    _have_met(scene, pair)
    for person in scene.members(pair):
        pairs.set_will(pair, person, agreed=3, more=2)
    scene.clock.at("2027-02-02 08:05")
    pairs.every_morning(timezone.now())


def _finished(scene: Scene, pair: Pair) -> None:
    _have_met(scene, pair)
    for day in (2, 5, 10, 15, 16):  # a service that stood still gives the days to answer back
        scene.clock.at(f"2027-02-{day:02} 08:05")
        pairs.every_morning(timezone.now())


for _kind, _told in (("pair_question", _question), ("pair_continues", _all_go_on), ("pair_finished", _finished)):
    STORIES[_kind] = lambda scene, told=_told: told(scene, scene.pair)  # type: ignore[misc]
    STORIES[f"{_kind}-trio"] = lambda scene, told=_told: told(scene, scene.trio)  # type: ignore[misc]


def _ended(scene: Scene) -> None:
    _agreed(scene, scene.pair, 20)
    deliver_all()  # what is in no calendar is taken out of none
    pairs.end_early(scene.pair, scene.members(scene.pair)[0])
    scene.clock.at("2027-02-02 08:05")
    pairs.every_morning(timezone.now())


for _kind in ("pair_ended", "pair_off", "meeting_withdrawn"):
    STORIES[_kind] = _ended  # type: ignore[assignment]


@story("pair_wanted_again")
def _(scene: Scene) -> None:
    _ended(scene)
    for day in (5, 10):
        scene.clock.at(f"2027-02-{day:02} 08:05")
        pairs.every_morning(timezone.now())


# -- meetings ---------------------------------------------------------------------------------------------------------


def _proposed(scene: Scene, pair: Pair, *days: int, way: str = "face_to_face") -> list[Meeting]:
    return meetings.propose(pair, scene.members(pair)[0], scene.times(*days, way=way))


def _agreed(scene: Scene, pair: Pair, *days: int, way: str = "face_to_face") -> list[Meeting]:
    made = _proposed(scene, pair, *days, way=way)
    suits_all(pair)
    meetings.agree(scene.round, scene.boss)
    return [Meeting.objects.get(pk=m.pk) for m in made]


@story("meeting_proposed")
def _(scene: Scene) -> None:
    _proposed(scene, scene.pair, 7)


@story("meeting_proposed-several")
def _(scene: Scene) -> None:
    _proposed(scene, scene.pair, 7, 35, 63)


@story("meeting_waits")
def _(scene: Scene) -> None:
    _proposed(scene, scene.pair, 7)
    suits_all(scene.pair)


@story("meeting_waits-several")
def _(scene: Scene) -> None:
    _proposed(scene, scene.pair, 7, 35, 63)
    suits_all(scene.pair)


@story("meeting_waits-trio")
def _(scene: Scene) -> None:
    _proposed(scene, scene.trio, 7)
    suits_all(scene.trio)


@story("meeting_waits-trio_several")
def _(scene: Scene) -> None:
    _proposed(scene, scene.trio, 7, 35, 63)
    suits_all(scene.trio)


@story("meeting_agreed")
def _(scene: Scene) -> None:
    _agreed(scene, scene.pair, 7)


@story("meeting_agreed-several")
def _(scene: Scene) -> None:
    _agreed(scene, scene.pair, 7, 35, 63)


@story("meeting_agreed-trio")
def _(scene: Scene) -> None:
    _agreed(scene, scene.trio, 7)


@story("meeting_agreed-discreet")
def _(scene: Scene) -> Person:
    discreet = scene.members(scene.pair)[1]
    choose(discreet, discreet=True)
    _agreed(scene, scene.pair, 7, 35)
    return discreet


def _moved(scene: Scene) -> None:
    (meeting,) = _agreed(scene, scene.pair, 7)
    deliver_all()
    meetings.move(meeting, scene.members(scene.pair)[0], meeting.version, **scene.times(9)[0])


def _unsuited(scene: Scene, *days: int) -> None:
    made = _proposed(scene, scene.pair, *days)
    meetings.answer_times(scene.pair, scene.members(scene.pair)[1], {m.pk: m.version for m in made}, suits=False)
    scene.clock.at("2027-02-02 08:05")
    meetings.let_times_hold(timezone.now())


@story("meeting_unsuited")
def _(scene: Scene) -> None:
    _unsuited(scene, 7)


@story("meeting_unsuited-several")
def _(scene: Scene) -> None:
    _unsuited(scene, 7, 35)


@story("meeting_passed")
def _(scene: Scene) -> None:
    _proposed(scene, scene.pair, 1)
    scene.clock.at("2027-02-03 08:05")
    meetings.let_times_hold(timezone.now())


@story("meeting_move_proposed")
def _(scene: Scene) -> None:
    _moved(scene)


@story("meeting_moved")
def _(scene: Scene) -> None:
    _moved(scene)
    suits_all(scene.pair)
    meetings.agree(scene.round, scene.boss)


@story("meeting_cancelled")
def _(scene: Scene) -> Person:
    (meeting,) = _agreed(scene, scene.pair, 7)
    deliver_all()
    first, other = scene.members(scene.pair)
    meetings.cancel(meeting, first)
    return other


@story("meeting_off")
def _(scene: Scene) -> None:
    (meeting,) = _agreed(scene, scene.pair, 7)
    meetings.cancel(meeting, scene.members(scene.pair)[0])


def _copied(scene: Scene, pair: Pair, *days: int) -> None:
    choose(scene.boss, discreet=False, copies=True)
    _agreed(scene, pair, *days)


@story("meeting_copy")
def _(scene: Scene) -> None:
    _copied(scene, scene.pair, 7)


@story("meeting_copy-trio")
def _(scene: Scene) -> None:
    _copied(scene, scene.trio, 7)


@story("meeting_copy-several")
def _(scene: Scene) -> None:
    _copied(scene, scene.pair, 7, 35)


@story("meeting_link")
def _(scene: Scene) -> None:
    (meeting,) = _agreed(scene, scene.pair, 7, way="teams")
    OnlineMeeting.objects.create(meeting=meeting)
    meetings.online_link_arrived(meeting, "https://teams.example.org/l/1")


@story("meeting_link_missing")
def _(scene: Scene) -> None:
    (meeting,) = _agreed(scene, scene.pair, 7, way="teams")
    meetings.online_link_missing(meeting)


def _joined(scene: Scene, *days: int) -> Person:
    _agreed(scene, scene.pair, *days)
    pairs.join_pair(scene.pair, scene.boss, scene.looking[2].pk)
    return scene.members(scene.pair)[0]


@story("meeting_update-trio")
def _(scene: Scene) -> Person:
    return _joined(scene, 7)


@story("meeting_update-trio_several")
def _(scene: Scene) -> Person:
    return _joined(scene, 7, 35)


@story("meeting_unfit")
def _(scene: Scene) -> None:
    _tell_unfit(_agreed(scene, scene.pair, 7))


@story("meeting_unfit-several")
def _(scene: Scene) -> None:
    _tell_unfit(_agreed(scene, scene.pair, 7, 35))


# -- reminders --------------------------------------------------------------------------------------------------------


def _on(scene: Scene, *mornings: str) -> None:
    for morning in mornings:
        scene.clock.at(f"2027-{morning} 09:00")
        remind_all()


def _only(scene: Scene, pair: Pair) -> None:
    """Let the other pair have a time, so that it is left in peace."""
    other = scene.trio if pair == scene.pair else scene.pair
    other.meetings.create(starts_at=timezone.now() + timedelta(days=100), minutes=60, state="agreed")


@story("reminder_pair")
def _(scene: Scene) -> None:
    _on(scene, "02-09")


def _asked(scene: Scene, pair: Pair) -> None:
    _only(scene, pair)
    _on(scene, "02-09", "02-16", "02-23", "03-02")


@story("reminder_question")
def _(scene: Scene) -> None:
    _asked(scene, scene.pair)


@story("reminder_question-trio")
def _(scene: Scene) -> None:
    _asked(scene, scene.trio)


@story("reminder_not_met")
def _(scene: Scene) -> None:
    _asked(scene, scene.pair)
    _on(scene, "03-09")


@story("reminder_met")
def _(scene: Scene) -> None:
    scene.pair.meetings.create(starts_at=timezone.now() + timedelta(hours=4), minutes=60, state="agreed")
    _on(scene, "02-02")


def _old_proposal(scene: Scene) -> None:
    scene.pair.meetings.create(
        starts_at=timezone.now() + timedelta(days=30), minutes=60, waiting_since=date(2027, 1, 20)
    )


def _trial(scene: Scene) -> None:
    Trial.objects.create(
        unit=scene.round.unit, problem="Raportti venyy.", what="Viisi hiljaista minuuttia.", started_on=date(2027, 1, 4),
        until=date(2027, 2, 1),
    )  # fmt: skip


@story("reminder_waits")
def _(scene: Scene) -> None:
    _old_proposal(scene)
    _on(scene, "02-01")


@story("reminder_trial")
def _(scene: Scene) -> None:
    _trial(scene)
    _on(scene, "02-01")


@story("reminder_several")
def _(scene: Scene) -> None:
    _old_proposal(scene)
    _trial(scene)
    _on(scene, "02-01")


# -- insights and evaluation ------------------------------------------------------------------------------------------


@story("insight_waits")
def _(scene: Scene) -> None:
    insights.write(scene.pair, scene.members(scene.pair)[0], "Viisi hiljaista minuuttia ennen raporttia.")


@story("insight_waits-trio")
def _(scene: Scene) -> None:
    insights.write(scene.trio, scene.members(scene.trio)[0], "Viisi hiljaista minuuttia ennen raporttia.")


@story("insight_asked")
def _(scene: Scene) -> None:
    people = scene.members(scene.pair)
    insight = insights.write(scene.pair, people[0], "Viisi hiljaista minuuttia ennen raporttia.")
    for person in people:
        insights.approve(insight, person, insight.fingerprint)
    insights.ask_to_take_down(insight, scene.boss)


@story("questionnaire_open")
def _(scene: Scene) -> None:
    evaluation.open_questionnaire(scene.round, scene.boss)


@story("round_closed")
def _(scene: Scene) -> None:
    evaluation.go_without(scene.round, scene.boss)
    evaluation.close_round(Round.objects.get(pk=scene.round.pk), scene.boss)
