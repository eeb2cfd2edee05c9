"""All that is stored of one person in words: what `everything_of` gathers, said to the person themselves."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from oppipari.meetings.models import Meeting
from oppipari.organisation.models import AccessEntry, PersonalLink, Role
from oppipari.organisation.reach import mail_leaves
from oppipari.pairing import words
from oppipari.rounds import vocabulary
from oppipari.rounds.languages import language_name, language_names
from oppipari.rounds.models import SignUp


@dataclass(frozen=True, slots=True)
class Row:
    """One thing: what it is, and what it says; `at` and `until` are days or moments, which the page writes out."""

    label: str
    text: str = ""
    at: date | datetime | None = None
    until: date | datetime | None = None

    @property
    def is_moment(self) -> bool:
        return isinstance(self.at, datetime)


@dataclass(frozen=True, slots=True)
class Section:
    """Things that belong together; one without rows says that there is nothing."""

    heading: str
    rows: list[Row] = field(default_factory=list)
    # What no row can say, for instance what is kept as a hash alone.
    note: str = ""


def in_words(data: dict[str, Any]) -> list[Section]:
    """The sections of "my data", from what `everything_of` gathered, in the reader's language."""
    return [
        _about(data),
        *(_sign_up(s) for s in data["sign_ups"]),
        *(_invitation(i) for i in data["invitations"]),
        *(_pair(p) for p in data["pairs"]),
        *_some(_("Pairs that have ended"), [Row(p["round"], at=_day(p["ended"])) for p in data["ended_pairs"]]),
        *_insights(data),
        *_work(data),
        _calendar(data["calendar"]),
        *_links(data),
        *_supervising(data),
    ]


def _some(heading: str, rows: Iterable[Row], note: str = "") -> list[Section]:
    found = list(rows)
    return [Section(heading, found, note)] if found else []


def _yes(value: object) -> str:
    return _("yes") if value else _("no")


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _lang() -> str:
    return (get_language() or "fi")[:2]


def _tags(keys: Iterable[str]) -> str:
    return ", ".join(vocabulary.label(k, _lang()) for k in keys)


def _choice(choices: Iterable[tuple[Any, Any]], value: str | None) -> str:
    return str(dict(choices).get(value or "", "")) if value else ""


def _about(data: dict[str, Any]) -> Section:
    person, roles = data["person"], data["roles"]
    rows = [
        Row(_("Name"), person["name"]),
        Row(_("E-mail"), person["email"] or ""),
        Row(
            _("Your address is confirmed"),
            "" if person["address_confirmed"] else _("no"),
            _day(person["address_confirmed"]),
        ),
        Row(_("Language"), language_name(person["language"])),
        Row(_("Known here since"), at=_day(person["since"])),
    ]
    if since := person["letters_come_back_since"]:
        rows.append(
            Row(_("Letters to your address come back since"), at=timezone.localdate(datetime.fromisoformat(since)))
        )
    for role in roles:
        kind = _choice(Role.Kind.choices, role["role"])
        rows.append(Row(_("Role"), f"{kind}: {role['unit']}" if role["unit"] else kind))
    if data["letters_waiting"]:
        rows.append(Row(_("Letters to you that are on their way"), str(data["letters_waiting"])))
    return Section(_("About you"), rows)


def _told(answers: dict[str, Any]) -> list[Row]:
    """What a sign-up tells, or what somebody entered for an invitation."""
    slots = tuple(answers.get("slots") or ())
    rows = [
        Row(_("Can share"), _tags(answers.get("shares") or ())),
        Row(_("Wants to learn"), _tags(answers.get("wants") or ())),
        Row(_("Works"), words.slots(slots, _lang(), most=21) if slots else ""),
        Row(_("Career stage"), _choice(SignUp.Stage.choices, answers.get("stage"))),
        Row(_("Way of meeting"), _choice(SignUp.Way.choices, answers.get("way"))),
        Row(_("Languages"), language_names(answers.get("languages") or ())),
        Row(_("Would like to learn from"), _choice(SignUp.Stage.choices, answers.get("wished_stage"))),
    ]
    return [row for row in rows if row.text]


def _sign_up(s: dict[str, Any]) -> Section:
    rows = [Row(_("Signed up on"), at=_day(s["signed_up_on"])), *_told(s)]
    if s["team"]:
        rows.append(Row(_("Team"), s["team"]))
    if s["cannot_be_paired_with"]:
        rows.append(Row(_("Not my pair (only you see this)"), s["cannot_be_paired_with"]))
    if s["address_written"]:
        rows.append(Row(_("Address that you wrote"), s["address_written"]))
    rows.append(Row(_("The supervisor has said that they know you"), _yes(s["supervisor_knows_me"])))
    if s["supervisor_said_it_was_mine"]:
        rows.append(
            Row(_("The supervisor said that this sign-up was yours"), at=_day(s["supervisor_said_it_was_mine"]))
        )
    if s["waited_last_round"]:
        rows.append(Row(_("Without a pair in the end in the round before"), _("yes")))
    if s["looks_for_new_partner"] is not None:
        rows.append(Row(_("Looks for a new partner (your answer)"), _yes(s["looks_for_new_partner"])))
    if s["withdrawn"]:
        rows.append(Row(_("Withdrawn"), _("yes")))
    return Section(_("Sign-up: %(round)s") % {"round": s["round"]}, rows)


def _invitation(i: dict[str, Any]) -> Section:
    rows = [
        Row(_("Made on"), at=_day(i["made"])),
        Row(_("Name"), i["name"]),
        Row(_("Answered"), _yes(i["answered"])),
        *_told(i["entered_for_me"]),
    ]
    if i["refused_by_mail_server"]:
        rows.append(Row(_("The mail server refused the letter"), at=_day(i["refused_by_mail_server"])))
    if i["cannot_be_paired_with"]:
        rows.append(Row(_("Not my pair (only you see this)"), i["cannot_be_paired_with"]))
    return Section(_("Invitation: %(round)s") % {"round": i["round"]}, rows)


def _pair(p: dict[str, Any]) -> Section:
    rows = [
        Row(_("With"), ", ".join(p["with"])),
        Row(_("Agreed number of meetings"), str(p["meetings_agreed"])),
        *(Row(_("Goal"), text) for text in p["goals"]),
        *(Row(_("Insight"), text) for text in p["insights"]),
        *(_meeting(m) for m in p["meetings"]),
    ]
    if p["weeks_without_a_time"]:
        label = _("Weeks that were counted without a meeting ahead (up to five)")
        rows.append(Row(label, str(p["weeks_without_a_time"])))
    for mine in p["my_answers"]:
        rows += _answers(mine)
    return Section(_("Pair: %(round)s") % {"round": p["round"]}, rows)


def _meeting(m: dict[str, Any]) -> Row:
    parts = [
        f"{m['minutes']} min",
        _choice(Meeting.Way.choices, m["way"]),
        m["place"],
        _choice(Meeting.State.choices, m["state"]),
        _("you proposed it") if m["proposed_by_me"] else "",
        {True: _("it suits you"), False: _("it does not suit you"), None: ""}[m["suits_me"]],
        _("you have seen that you are asked whether it suits") if m["seen_that_i_am_asked"] else "",
        m["teams_link"],
    ]
    return Row(_("Meeting"), " · ".join(part for part in parts if part), datetime.fromisoformat(m["starts"]))


def _answers(mine: dict[str, Any]) -> list[Row]:
    """One's own private answers, as long as they are kept; nobody else sees them."""
    rows = []
    if mine["pair_is_fine"]:
        # Only a yes is ever stored: who has not answered has not said no.
        rows.append(Row(_("You have said that the pair is fine (only you see this)"), _("yes")))
    if mine["goes_on"] is not None:
        rows.append(Row(_("You would like to go on (only you see this)"), _yes(mine["goes_on"])))
    if mine["meetings_more"]:
        rows.append(Row(_("Meetings more that you wish for (only you see this)"), str(mine["meetings_more"])))
    if mine["pair_ends_on_my_wish"]:
        rows.append(Row(_("Ends because you wished for it (only you see this)"), at=_day(mine["pair_ends_on_my_wish"])))
    if mine["not_asked_about_few_meetings_before"]:
        day = _day(mine["not_asked_about_few_meetings_before"])
        rows.append(Row(_("You are not asked what would help before (only you see this)"), at=day))
    return rows


def _insights(data: dict[str, Any]) -> list[Section]:
    rows = []
    for one in data["insights_approved"]:
        state = _("on the unit's wall") if one["published"] else _("draft")
        name = _("your name may be shown") if one["name_may_show"] else _("without your name")
        rows.append(Row(_("You have approved (%(state)s, %(name)s)") % {"state": state, "name": name}, one["text"]))
    rows += [Row(_("You said: let's try"), text) for text in data["said_lets_try_to"]]
    return _some(_("Insights"), rows)


def _work(data: dict[str, Any]) -> list[Section]:
    rows = [Row(_("A roster covers"), at=_day(p["from"]), until=_day(p["to"])) for p in data["rosters_cover"]]
    if feed := data["roster_fetched_from"]:
        rows.append(Row(_("Your roster is fetched from"), urlsplit(feed["address"]).hostname or ""))
        if feed["last_fetched"]:
            rows.append(Row(_("Last fetched"), at=datetime.fromisoformat(feed["last_fetched"])))
        if feed["failing_since"]:
            rows.append(Row(_("Fetching has failed since"), at=_day(feed["failing_since"])))
    for span in data["working_time_from_rosters"]:
        start, end = (datetime.fromisoformat(span[k]) for k in ("from", "to"))
        rows.append(Row(_("At work"), at=start, until=end))
    note = _("The whole address of your roster is a secret, so it is in the download alone.") if feed else ""
    return _some(_("Working time from rosters"), rows, note)


def _reminders(wanted: bool) -> str:
    if wanted and not mail_leaves():
        return _("yes, but no e-mail leaves from here now")
    return _yes(wanted)


def _calendar(own: dict[str, Any]) -> Section:
    rows = [
        Row(_("A discreet title in calendars"), _yes(own["discreet_title"])),
        Row(_("Reminders by e-mail"), _reminders(own["reminders"])),
        Row(_("Copies of my units' meetings"), _yes(own["copies_of_my_units"])),
        Row(_("The calendar has a secret address"), _yes(own["has_address"])),
    ]
    if own["last_reminder"]:
        rows.append(Row(_("Last reminder"), at=_day(own["last_reminder"])))
    return Section(_("My calendar"), rows)


def _links(data: dict[str, Any]) -> list[Section]:
    kinds = {
        PersonalLink.Kind.FIRST.value: _("The first link of the installation"),
        PersonalLink.Kind.HANDED.value: _("Made by a supervisor for you"),
        PersonalLink.Kind.OWN.value: _("Your own way back"),
    }
    rows = []
    for link in data["sign_in_links"]:
        used = "" if link["used"] is None else _("used")
        kind = kinds[link["kind"]]
        if link["kind"] == PersonalLink.Kind.HANDED and not link["made_by_somebody_else"]:
            kind = _("Made for you by whoever looks after this installation, or by somebody who is no longer here")
        rows.append(Row(kind, used, _day(link["made"]), _day(link["works_until"])))
    note = _("Of each link only a hash is stored, so nobody can read it here or use it.")
    return _some(_("Sign-in links"), rows, note)


def _supervising(data: dict[str, Any]) -> list[Section]:
    own, looks = data["supervising"], data["i_looked_at"]
    rows = [Row(_("Round that you opened"), name) for name in own["rounds_opened"]]
    for label, number in (
        (_("Changes of pairing boards that bear your mark"), own["states_of_pairing_boards"]),
        (_("Suggestions and plans that you asked for"), own["suggestions_asked_for"]),
        (_("Sign-in links that you made for others"), own["sign_in_links_made_for_others"]),
    ):
        if number:
            rows.append(Row(label, str(number)))
    for look in looks:
        text = ngettext("%(count)d entry", "%(count)d entries", look["entries"]) % {"count": look["entries"]}
        what = _choice(AccessEntry.What.choices, look["what"])
        # "your sign-up", as the one it belongs to reads it.
        label = _("You looked at somebody's data; they read: “%(what)s”") % {"what": what}
        rows.append(Row(label, text, _day(look["first"]), _day(look["last"])))
    return _some(_("What you did for others"), rows)
