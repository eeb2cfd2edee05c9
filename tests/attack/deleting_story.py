"""What people wrote and what was deleted again, in an installation whose service is running meanwhile.

`python -m tests.attack.deleting_story MARK`, in the environment of that installation. Each deleted thing carries MARK and a
word of its own; what stays carries `MARKstays`. The days of a wish to end and of an answer are marked by a year: 2091.
"""

import sys
from datetime import date, datetime


def main(mark: str) -> None:
    import django

    django.setup()
    from django.test import Client
    from django.urls import reverse
    from django.utils import timezone
    from tests.factories import (
        PersonFactory,
        RoundFactory,
        SignUpFactory,
        UnitFactory,
        pair_of,
        supervisor_of,
    )

    from oppipari.insights import actions as insights
    from oppipari.messages.hours import ZONE
    from oppipari.messages.models import Outgoing
    from oppipari.organisation.models import Role
    from oppipari.pairs import actions as pairs
    from oppipari.pairs.actions.going_on import forget_answers
    from oppipari.pairs.models import PairMember, Question
    from oppipari.rounds import actions as rounds
    from oppipari.rounds.models import Exclusion, Invitation, Round

    unit = UnitFactory(name=f"{mark}stays")
    boss = supervisor_of(unit)
    backend = "django.contrib.auth.backends.ModelBackend"

    # The words of an exclusion, of those who are published and of one who was only invited.
    forming = RoundFactory(unit=unit)
    for number in range(8):
        made = SignUpFactory(round=forming)
        Exclusion.objects.create(sign_up=made, text=f"{mark}exclusion{number} {'ä' * 30 * number}")
    rounds.invite(forming, boss, [{"email": "kutsuttu@example.org", "name": "K", "exclusion": f"{mark}invited"}])
    rounds.close_sign_up(forming, boss)
    pairs.suggest(forming, boss)
    board = forming.board
    board.refresh_from_db()
    pairs.publish_pairs(forming, boss, board.version)
    assert not Exclusion.objects.exists()
    assert not Invitation.objects.exists()

    # A goal that is replaced, a draft that is dropped.
    meeting = RoundFactory(unit=unit, state=Round.State.MEETING, published_at=timezone.now())
    pair = pair_of(meeting)
    first = pair.members.order_by("pk").first().person
    for number in range(12):
        pair.refresh_from_db()
        pairs.set_goals(pair, first, pair.goals_version, [f"{mark}goal{number}", "Toinen"])
    pair.refresh_from_db()
    pairs.set_goals(pair, first, pair.goals_version, ["Jää"])
    draft = insights.write(pair, first, f"{mark}draft")
    insights.drop_drafts(pair)
    assert draft.pk

    # A wish to end, and an answer about going on, known by their year.
    ending, going = pair_of(meeting), pair_of(meeting)
    quiet = ending.members.order_by("pk").first()
    pairs.ask_again(ending, quiet.person)
    PairMember.objects.filter(pk=quiet.pk).update(ends_on=date(2091, 7, 19), fine_until=date(2091, 7, 20))
    assert pairs.end_what_was_asked(datetime(2092, 1, 2, 8, 5, tzinfo=ZONE)) == 1
    assert PairMember.objects.get(pk=quiet.pk).ends_on is None
    Question.objects.create(
        pair=going, asked_on=date(2091, 7, 21), until=date(2091, 7, 22), looked_on=date(2091, 7, 23)
    )
    PairMember.objects.filter(pair=going).update(fine_until=date(2091, 7, 24))
    PairMember.objects.filter(pair=ending).update(fine_until=None)
    forget_answers(going)

    # A person who erases themselves: name, address, what they told, a letter on its way, a session with what they typed.
    person = PersonFactory(
        organisation=unit.organisation, name=f"{mark}name Virtanen", email=f"{mark.lower()}address@example.org"
    )
    Role.objects.create(person=person, kind=Role.Kind.MEMBER, unit=unit)
    later = RoundFactory(unit=unit)
    rounds.invite(later, boss, [{"email": person.email, "name": f"{mark}name Virtanen"}])
    SignUpFactory(round=later, person=person, shares=[f"{mark}share"], wants=[f"{mark}want"])
    client = Client()
    client.force_login(person, backend=backend)
    session = client.session
    session["typed"] = f"{mark}typed"
    session.save()
    letter = Outgoing.objects.create(
        key="a letter", to=person.email, kind="x", language="fi", context={"a": f"{mark}l"}
    )
    client.post(reverse("erase_me"))
    assert not type(person).objects.filter(pk=person.pk).exists()
    letter.refresh_from_db()
    assert (letter.to, letter.context) == ("", {})


if __name__ == "__main__":
    main(sys.argv[1])
