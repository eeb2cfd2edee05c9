"""What is stored of one person beside their sign-ups and pairs: links, invitations, approvals, what they did as a supervisor."""

from typing import Any

from django.db.models import Count, Max, Min
from django.utils import timezone

from oppipari.insights.models import Approval, Insight
from oppipari.meetings.models import MeetingPlan, RosterPeriod
from oppipari.messages.models import Outgoing
from oppipari.organisation.models import AccessEntry, Person, PersonalLink
from oppipari.pairs.models import PairMember, Proposal, SuggestionRun
from oppipari.rounds.models import Invitation, Round


def _day(value: Any) -> str | None:
    return timezone.localdate(value).isoformat() if value else None


def beside(person: Person) -> dict[str, Any]:
    """JSON-safe, with days and never hours; a fixed number of queries."""
    return {
        "sign_in_links": [
            {
                "kind": link.kind,
                "made": _day(link.created_at),
                "made_by_somebody_else": link.made_by_id is not None,
                "works_until": _day(link.expires_at),
                "used": _day(link.used_at),
            }
            for link in PersonalLink.objects.filter(person=person).order_by("pk")
        ],
        "invitations": _invitations(person),
        "insights_approved": [
            {
                "text": a.insight.text,
                "published": a.insight.state == Insight.State.PUBLISHED,
                "name_may_show": a.name_may_show,
            }
            for a in Approval.objects.filter(person=person).select_related("insight").order_by("insight_id")
        ],
        "ended_pairs": [
            {"round": place.pair.round.name, "ended": _day(place.left_at)}
            for place in PairMember.objects.filter(person=person)
            .exclude(left_at=None)
            .select_related("pair__round")
            .order_by("pk")
        ],
        "rosters_cover": [
            {"from": p.first_day.isoformat(), "to": p.last_day.isoformat()}
            for p in RosterPeriod.objects.filter(person=person)
        ],
        "supervising": _supervising(person),
        "i_looked_at": _looks(person),
        "letters_waiting": Outgoing.objects.filter(to=person.email, sent_at=None).count() if person.email else 0,
    }


def _invitations(person: Person) -> list[dict[str, Any]]:
    """Invitations to the person's own address, with what was entered for them."""
    found = Invitation.objects.filter(email=person.email).select_related("round") if person.email else []
    return [
        {
            "round": i.round.name,
            "name": i.name,
            "made": _day(i.created_at),
            "answered": i.confirmed_at is not None,
            "refused_by_mail_server": _day(i.refused_at),
            "entered_for_me": i.answers,
            "cannot_be_paired_with": i.exclusion or None,
        }
        for i in found
    ]


def _supervising(person: Person) -> dict[str, Any]:
    """What bears the person's mark because they run rounds."""
    return {
        "rounds_opened": list(Round.objects.filter(created_by=person).order_by("pk").values_list("name", flat=True)),
        "states_of_pairing_boards": Proposal.objects.filter(created_by=person).count(),
        "suggestions_asked_for": SuggestionRun.objects.filter(asked_by=person).count()
        + MeetingPlan.objects.filter(asked_by=person).count(),
        "sign_in_links_made_for_others": PersonalLink.objects.filter(made_by=person).exclude(person=person).count(),
    }


def _looks(person: Person) -> list[dict[str, Any]]:
    """That the person looked at others' data: what, how often, from when to when; whose it was is theirs to see."""
    rows = AccessEntry.objects.filter(reader=person).order_by("what").values("what")
    counted = rows.annotate(entries=Count("pk"), first=Min("day"), last=Max("day"))
    return [
        {"what": r["what"], "entries": r["entries"], "first": r["first"].isoformat(), "last": r["last"].isoformat()}
        for r in counted
    ]
