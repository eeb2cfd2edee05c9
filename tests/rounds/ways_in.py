"""Signing up by the poster's link with a mailbox of one's own, and what it is to be outside."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse
from tests.factories import OrganisationFactory, RoundFactory, UnitFactory
from tests.mailbox import Mailbox, deliver_all, text_of

from oppipari.organisation.models import Role
from oppipari.pairs.actions.reforming import free_sign_ups
from oppipari.rounds import queries
from oppipari.rounds.access import rounds_joined
from oppipari.rounds.knowing import waiting
from oppipari.rounds.models import Round, SignUp

TOLD: dict[str, Any] = {
    "shares": ["medication"], "wants": ["first-aid"], "slots": [0, 3], "languages": ["fi"], "stage": "mid", "way": "either",
}  # fmt: skip
STEPS = {
    "who": {"name": "Aino Laine", "email": "aino@kaupunki.fi"},
    "share": {"tags": ["medication"]},
    "learn": {"tags": ["first-aid"]},
    "times": {"slots": ["0", "3"]},
    "how": {"stage": "early", "way": "either", "languages": ["fi"], "wished_stage": "", "exclusion": ""},
}


def by_poster(client: Client, round_: Round, mailbox: Mailbox, address: str, name: str = "Aino Laine") -> SignUp:
    """Sign up by the link on the poster, with a code that comes to one's own mailbox."""
    for step, data in STEPS.items():
        if step == "who":
            data = {"name": name, "email": address}
        client.post(reverse("join_step", args=[round_.invite_token, step]), data)
    page = client.post(reverse("join_step", args=[round_.invite_token, "check"]), follow=True)
    deliver_all()
    letters = [text_of(m) for m in mailbox.messages if m["X-Envelope-To"].lower() == address.lower()]
    # A code goes before letters that waited already.
    codes = [found for text in letters if (found := re.search(r"(?:on|is) ([A-Z0-9-]{4,12})", text))]
    assert codes
    code = codes[-1]
    page = client.post(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"], {"code": code[1]}, follow=True)
    assert "olet ilmoittautunut" in page.content.decode()
    made: SignUp = SignUp.objects.filter(round=round_).latest("pk")
    return made


def assert_outside(made: SignUp, client: Client) -> None:
    """Somebody who waits: no member, in no plan, and nothing of the unit opens to them."""
    made.refresh_from_db()
    round_, person = made.round, made.person
    assert made.confirmed_at is None
    assert not Role.objects.filter(person=person, unit=round_.unit).exists()
    assert made not in queries.taking_part(round_)
    assert made not in free_sign_ups(round_)
    assert round_ not in rounds_joined(person)
    assert [s.pk for s in waiting(round_) if s.pk == made.pk] == [made.pk]
    for name in ("wall", "unit"):
        assert client.get(reverse(name, args=[round_.unit_id])).status_code == 404
    for name in ("start_questions", "round_closing", "round"):
        assert client.get(reverse(name, args=[round_.pk])).status_code == 404
    assert client.get(reverse("inspired")).status_code == 404
    assert "kysytään, tunteeko hän sinut" in client.get(reverse("my_sign_up", args=[made.pk])).content.decode()


def round_of_organisation(*domains: str) -> Round:
    round_: Round = RoundFactory(unit=UnitFactory(organisation=OrganisationFactory(mail_domains=sorted(domains))))
    return round_
