"""All that is stored of one person, for their own page and their download."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.insights.queries import texts_said_by
from oppipari.meetings.models import Meeting, WorkTime
from oppipari.meetings.own_calendar.queries import own_calendar_of
from oppipari.meetings.work_times.feeds import feed_of
from oppipari.organisation import access
from oppipari.organisation.models import AccessEntry, Person, Role
from oppipari.pairs.access import pairs_of
from oppipari.pairs.models import PairMember
from oppipari.privacy.beside import beside
from oppipari.rounds.models import SignUp


def everything_of(person: Person) -> dict[str, Any]:
    """JSON-safe; evaluation answers are not here, since nobody can tell whose they are."""
    sign_ups = SignUp.objects.filter(person=person).select_related("round", "team", "exclusion")
    sign_ups = sign_ups.prefetch_related("places")
    pairs = pairs_of(person).select_related("round", "no_time").prefetch_related("goals", "insights", "members__person")
    own = own_calendar_of(person)
    feed = feed_of(person)
    return {
        "person": {
            "name": person.name,
            "email": person.email,
            "language": person.language,
            "letters_come_back_since": person.email_refused_at.isoformat() if person.email_refused_at else None,
            "since": timezone.localdate(person.created_at).isoformat(),
            "address_confirmed": timezone.localdate(person.email_confirmed_at).isoformat()
            if person.email_confirmed_at
            else None,
        },
        "roles": [
            {"role": r.kind, "unit": r.unit.name if r.unit else None} for r in person.roles.select_related("unit")
        ],
        "sign_ups": [
            {
                "round": s.round.name,
                "shares": s.shares,
                "wants": s.wants,
                "stage": s.stage,
                "slots": s.slots,
                "languages": s.languages,
                "way": s.way,
                "wished_stage": s.wished_stage,
                "team": s.team.name if s.team else None,
                "cannot_be_paired_with": s.exclusion.text if hasattr(s, "exclusion") else None,
                "address_written": s.claimed_email or None,
                "supervisor_knows_me": bool(s.confirmed_at),
                "supervisor_said_it_was_mine": timezone.localdate(s.joined_at).isoformat() if s.joined_at else None,
                "withdrawn": bool(s.withdrawn_at),
                "signed_up_on": timezone.localdate(s.created_at).isoformat(),
                "waited_last_round": s.waited_last_round,
                "looks_for_new_partner": next((m.looks for m in s.places.all() if m.looks is not None), None),
            }
            for s in sign_ups
        ],
        "working_time_from_rosters": [
            {
                "from": timezone.localtime(w.starts_at).isoformat(),
                "to": timezone.localtime(w.ends_at).isoformat(),
            }
            for w in WorkTime.objects.filter(person=person)
        ],
        "roster_fetched_from": {
            "address": feed.address,
            "last_fetched": timezone.localtime(feed.fetched_at).isoformat() if feed.fetched_at else None,
            "failing_since": feed.failing_since.isoformat() if feed.failing_since else None,
        }
        if feed
        else None,
        "pairs": [
            {
                "round": p.round.name,
                "with": [m.person.name for m in p.members.all() if m.person_id != person.pk],
                "my_answers": [_answers(m) for m in p.members.all() if m.person_id == person.pk],
                "meetings_agreed": p.meetings_agreed,
                "goals": [g.text for g in p.goals.all()],
                "weeks_without_a_time": p.no_time.step if hasattr(p, "no_time") else 0,
                "insights": [i.text for i in p.insights.all()],
                "meetings": [
                    {
                        "starts": timezone.localtime(m.starts_at).isoformat(),
                        "minutes": m.minutes,
                        "way": m.way,
                        "place": m.place,
                        "state": m.state,
                        "suits_me": next((a.suits for a in m.answers.all() if a.person_id == person.pk), None),
                        "seen_that_i_am_asked": any(a.seen for a in m.answers.all() if a.person_id == person.pk),
                        "proposed_by_me": m.proposed_by_id == person.pk,
                        "teams_link": m.online.join_url if hasattr(m, "online") else "",
                    }
                    for m in Meeting.objects.filter(pair=p).select_related("online").prefetch_related("answers")
                ],
            }
            for p in pairs
        ],
        "said_lets_try_to": texts_said_by(person),
        **beside(person),
        "calendar": {
            "discreet_title": own.discreet,
            "reminders": own.reminders,
            "copies_of_my_units": own.copies,
            "last_reminder": own.reminded_on.isoformat() if own.reminded_on else None,
            "has_address": own.address_hash is not None,
        },
        "who_looked": [
            {"day": e.day.isoformat(), "what": e.what, "who": e.who or None}  # type: ignore[attr-defined]
            for e in accesses_of(person)
        ],
    }


def _answers(place: PairMember) -> dict[str, Any]:
    """What one answered in private in a pair, as long as it is kept."""
    return {
        "pair_is_fine": bool(place.answer),
        "goes_on": place.goes_on,
        "meetings_more": place.goes_on_meetings,
        "pair_ends_on_my_wish": place.ends_on.isoformat() if place.ends_on else None,
        "not_asked_about_few_meetings_before": place.fine_until.isoformat() if place.fine_until else None,
    }


def accesses_of(person: Person) -> list[AccessEntry]:
    """Who looked at the person's data, newest first, each entry with the name in `who` ("" where they are gone).

    Who waits to be known sees nothing of the unit, so not the supervisor's name either, but that it was them.
    """
    unnamed = _supervisors_of_others(person)
    entries = list(AccessEntry.objects.filter(person=person).select_related("reader")[:200])
    for entry in entries:
        there = entry.reader.name if entry.reader else ""
        entry.who = str(_("the supervisor of the round")) if entry.reader_id in unnamed else there  # type: ignore[attr-defined]
    return entries


def _supervisors_of_others(person: Person) -> set[int]:
    """Ids of those who supervise a unit that `person` signed up to without being known, and none of the person's own."""
    asked = SignUp.objects.filter(person=person, confirmed_at=None).values_list("round__unit_id", flat=True)
    if not asked:
        return set()
    bosses = Role.objects.filter(kind=Role.Kind.SUPERVISOR)
    of_asked = bosses.filter(unit__in=set(asked)).values_list("person_id", flat=True)
    of_own = bosses.filter(unit__in=access.member_unit_ids(person)).values_list("person_id", flat=True)
    return set(of_asked) - set(of_own) - {person.pk}
