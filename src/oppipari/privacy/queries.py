"""All that is stored of one person, for their own page and their download."""

from typing import Any

from django.utils import timezone

from oppipari.insights.queries import texts_said_by
from oppipari.meetings.models import Meeting, WorkTime
from oppipari.meetings.own_calendar.queries import own_calendar_of
from oppipari.meetings.work_times.feeds import feed_of
from oppipari.organisation.models import AccessEntry, Person
from oppipari.pairs.access import pairs_of
from oppipari.pairs.models import PairMember
from oppipari.rounds.models import SignUp


def everything_of(person: Person) -> dict[str, Any]:
    """JSON-safe; evaluation answers are not here, since nobody can tell whose they are."""
    sign_ups = SignUp.objects.filter(person=person).select_related("round", "team", "exclusion")
    sign_ups = sign_ups.prefetch_related("places")
    pairs = pairs_of(person).select_related("round").prefetch_related("goals", "insights", "members__person")
    own = own_calendar_of(person)
    feed = feed_of(person)
    return {
        "person": {
            "name": person.name,
            "email": person.email,
            "language": person.language,
            "since": person.created_at.date().isoformat(),
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
                "withdrawn": bool(s.withdrawn_at),
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
                "goals": [g.text for g in p.goals.all()],
                "insights": [i.text for i in p.insights.all()],
                "meetings": [
                    {
                        "starts": timezone.localtime(m.starts_at).isoformat(),
                        "place": m.place,
                        "state": m.state,
                        "teams_link": m.online.join_url if hasattr(m, "online") else "",
                    }
                    for m in Meeting.objects.filter(pair=p).select_related("online")
                ],
            }
            for p in pairs
        ],
        "said_lets_try_to": texts_said_by(person),
        "calendar": {
            "discreet_title": own.discreet,
            "reminders": own.reminders,
            "copies_of_my_units": own.copies,
            "last_reminder": own.reminded_on.isoformat() if own.reminded_on else None,
            "has_address": own.address_hash is not None,
        },
        "who_looked": [
            {"day": e.day.isoformat(), "what": e.what, "who": e.reader.name if e.reader else None}
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
    """Who looked at the person's data, newest first."""
    return list(AccessEntry.objects.filter(person=person).select_related("reader")[:200])
