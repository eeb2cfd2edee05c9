"""The privacy notice: for every row of the data inventory what it is, what it is for, who sees it and how long it is kept.

The keys are the rows of `inventory.toml`, which a test compares; docs/confidentiality.md says the same at greater length.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from oppipari.organisation.models import Organisation, Person


@dataclass(frozen=True, slots=True)
class Entry:
    """One kind of data; texts are in the reader's language when they are shown."""

    rows: tuple[str, ...]
    what: Any
    why: Any
    seen: Any
    kept: Any


ROUND_AND_HALF = _("Until six months after the round was closed.")
OWN_UNITS = _("You, and the supervisors of your own unit.")
ONLY_YOU = _("Only you.")
YOUR_UNIT = _("Your unit.")

ENTRIES = (
    Entry(
        ("person", "organisation"),
        _("Your name, work e-mail, language and role, and the names of your unit and organisation."),
        _("So that you are recognised and messages are in your language."),
        _("You, the supervisors of your own unit, and those in a pair with you."),
        _("Until you erase your data. An address that never came back is deleted after a month."),
    ),
    Entry(
        ("sign-up",),
        _("Your sign-up: what you can share and want to learn, career stage, working times, languages, way of meeting, team."),
        _("So that a good pair and common times can be found."),
        _("You and the supervisors of your own unit; your partner sees what you share and want, your way of meeting and your languages."),
        ROUND_AND_HALF,
    ),
    Entry(
        ("wishes and exclusions about persons",),
        _("Whom you cannot be paired with, if you write it."),
        _("So that you are not paired with them."),
        _("Only you. Others read “not possible”, whatever the reason."),
        _("Until pairs are published; then a keyed hash without words until the round closes."),
    ),
    Entry(
        ("pair, trio",),
        _("Your pair or trio, why it was formed, and your private answers about it."),
        _("So that you find each other, and can ask for another partner without being named."),
        _("The pair: you, your partner and the supervisors of your unit. Your private answers: only you; the result is shown to all of you at once."),
        _("Until six months after the round was closed, then a keyed hash so that the same two are not paired again. Private answers until the result is shown."),
    ),
    Entry(
        ("goals",),
        _("One or two goals of your pair, a line each."),
        _("So that you remember what you wanted."),
        _("Your pair and the supervisors of your unit. Nobody sees who wrote them."),
        ROUND_AND_HALF,
    ),
    Entry(
        ("meeting time, way, place, state", "round", "shift codes of a unit"),
        _("When, how and where you meet, and whether the meeting was held; the unit's rules for meetings and the codes of its rosters."),
        _("So that meetings are in working time and every team stays staffed."),
        _("Your pair and the supervisors of your unit."),
        ROUND_AND_HALF,
    ),
    Entry(
        ("working time from rosters",),
        _("From when to when you are at work, if a roster is brought in; never why you are not."),
        _("So that the times fit your shifts."),
        OWN_UNITS,
        _("Until the round closes, at most 60 days after the day."),
    ),
    Entry(
        ("address of one's own roster",),
        _("The address from which your own roster is fetched, if you give one."),
        _("So that new shifts are known by themselves."),
        ONLY_YOU,
        _("Until you stop it, it has failed for two weeks, or you take part in no open round."),
    ),
    Entry(
        ("Teams link of a meeting",),
        _("The link of a meeting on Teams, where that is connected. Microsoft learns the time of the meeting, nothing else."),
        _("So that you can meet at a distance."),
        _("Your pair."),
        _("Until the meeting is cancelled, else until six months after the round was closed."),
    ),
    Entry(
        ("my calendar and reminders",),
        _("Your choices about calendar and reminders, the day of the last reminder, and a hash of your calendar's secret address."),
        _("So that you get what you want and no more."),
        ONLY_YOU,
        _("Until you change them or erase your data."),
    ),
    Entry(
        ("insight",),
        _("Insights that your pair writes, and who has approved which text."),
        _("So that a good idea helps everybody, if all of you want it."),
        _("A draft: your pair. Published: your unit, and whoever has the address of its screen or its reading address; names only within the unit, and only while all of you want."),
        _("A draft until it is published or dropped; published until one of you takes it back."),
    ),
    Entry(
        ("let's try",),
        _("That you said “let's try”: a keyed hash, without your name; at the reading address of a random number in your browser."),
        _("So that the unit sees what interests many."),
        _("Only you see your own. Others see a number, from three on."),
        _("Until you take it back, or the insight is changed or taken back."),
    ),
    Entry(
        ("trial", "trial: who looks after it"),
        _("Trials of your unit, and the name of who looks after one, if somebody wrote it."),
        _("So that it is known what is being tried and by whom."),
        _("Your unit; the whole organisation where the unit offers a trial, but never who looks after it."),
        _("Until it is removed; who looks after it until it is decided."),
    ),
    Entry(
        ("evaluation",),
        _("Answers to the questionnaire, without your name, and conclusions of the joint session, without names."),
        _("So that mentoring gets better."),
        _("Nobody sees your answers. Figures are shown from five answers on, open answers to the unit from eight writers on."),
        _("Answers lie in a sealed box and are destroyed when figures are released; figures and conclusions stay."),
    ),
    Entry(
        ("sign-in",),
        _("Hashes of your sign-in links, and of your session in the browser."),
        _("So that you get in without a password, and nobody else does."),
        ONLY_YOU,
        _("A session 12 hours, a link handed over two weeks, your own link until you make a new one or for 400 days."),
    ),
    Entry(
        ("messages",),
        _("Messages to you, until they have been sent."),
        _("So that none is lost."),
        _("Nobody through any page."),
        _("Emptied when sent; that one was sent is known for six months."),
    ),
    Entry(
        ("who looked",),
        _("Who has looked at your data and on which day."),
        _("So that you can see it."),
        ONLY_YOU,
        _("Six months."),
    ),
    Entry(
        ("screen of a unit", "reading address of a unit", "service"),
        _("Hashes of your unit's addresses that open without signing in, and which machine keeps house. Nothing about persons."),
        _("So that the unit can read its wall."),
        _("The supervisors of your unit see that there is an address."),
        _("Until ended."),
    ),
)  # fmt: skip


def controller(person: Person | None) -> str:
    """The organisation that answers for the data: the reader's own, or the only one there is; else ""."""
    if person is not None:
        return person.organisation.name
    names = list(Organisation.objects.values_list("name", flat=True)[:2])
    return names[0] if len(names) == 1 else ""
