"""All that is stored of one person, for their own page and their download."""

from typing import Any

from django.utils import timezone

from oppipari.meetings.models import Meeting
from oppipari.organisation.models import AccessEntry, Person
from oppipari.pairs.access import pairs_of
from oppipari.rounds.models import SignUp


def everything_of(person: Person) -> dict[str, Any]:
    """JSON-safe; evaluation answers are not here, since nobody can tell whose they are."""
    sign_ups = SignUp.objects.filter(person=person).select_related("round", "team", "exclusion")
    pairs = pairs_of(person).select_related("round").prefetch_related("goals", "insights", "members__person")
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
            }
            for s in sign_ups
        ],
        "pairs": [
            {
                "round": p.round.name,
                "with": [m.person.name for m in p.members.all() if m.person_id != person.pk],
                "goals": [g.text for g in p.goals.all()],
                "insights": [i.text for i in p.insights.all()],
                "meetings": [
                    {"starts": timezone.localtime(m.starts_at).isoformat(), "place": m.place, "state": m.state}
                    for m in Meeting.objects.filter(pair=p)
                ],
            }
            for p in pairs
        ],
        "who_looked": [
            {"day": e.day.isoformat(), "what": e.what, "who": e.reader.name if e.reader else None}
            for e in accesses_of(person)
        ],
    }


def accesses_of(person: Person) -> list[AccessEntry]:
    """Who looked at the person's data, newest first."""
    return list(AccessEntry.objects.filter(person=person).select_related("reader")[:200])
