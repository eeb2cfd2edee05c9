"""People who wait until the supervisor knows them: in no plan, told what is true; and what the supervisor sees and does."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from tests.factories import (
    PersonFactory,
    RoundFactory,
    SignUpFactory,
    member_of,
    supervisor_of,
)
from tests.mailbox import Mailbox, deliver_all, text_of
from tests.rounds.ways_in import TOLD, assert_outside, round_of_organisation

from oppipari.evaluation import actions as evaluation
from oppipari.evaluation.questionnaire.models import Box
from oppipari.organisation.actions import hand_over_link
from oppipari.organisation.errors import DomainError
from oppipari.organisation.models import Role
from oppipari.pairs import actions as pairs
from oppipari.pairs.actions.reforming import free_sign_ups
from oppipari.pairs.models import PairMember
from oppipari.rounds import actions, queries
from oppipari.rounds.knowing import waiting
from oppipari.rounds.models import Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"

# -- waiting ----------------------------------------------------------------------------------------------------------


def test_who_waits_when_pairs_are_published_is_in_none_and_can_come_later() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    SignUpFactory.create_batch(4, round=round_)
    made = actions.sign_up(round_, PersonFactory(organisation=round_.unit.organisation), TOLD)
    assert queries.counts(round_) == {"signed_up": 4, "unknown": 1, "invited": 0}
    actions.close_sign_up(round_, boss)
    pairs.suggest(round_, boss)
    pairs.publish_pairs(round_, boss, round_.board.version)
    assert not PairMember.objects.filter(person=made.person).exists()
    round_.refresh_from_db()
    assert free_sign_ups(round_) == []
    # The question stays with the supervisor, and the one who waits may go at any time.
    assert [t.order for t in queries.todos_for_round(round_, boss)] == [20]
    client = Client()
    client.force_login(made.person, backend=BACKEND)
    assert_outside(made, client)
    assert "Haluan perua" in client.get(reverse("my_sign_up", args=[made.pk])).content.decode()
    actions.confirm_sign_ups(round_, boss, [made.pk])
    assert [s.pk for s in free_sign_ups(round_)] == [made.pk]


def test_who_waits_withdraws_at_any_time_and_who_takes_part_does_not() -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    made = SignUpFactory(round=round_, confirmed_at=None, person=PersonFactory())
    actions.withdraw(made, made.person)
    made.refresh_from_db()
    assert made.withdrawn_at is not None
    with pytest.raises(DomainError):
        actions.withdraw(SignUpFactory(round=round_), SignUp.objects.latest("pk").person)


def test_a_copied_round_takes_nobody_along_who_waits() -> None:
    before = RoundFactory(state=Round.State.CLOSED)
    boss = supervisor_of(before.unit)
    made = SignUpFactory(round=before, confirmed_at=None, person=PersonFactory())
    after = actions.copy_round(before, boss, name="Seuraava", sign_up_closes=timezone.localdate())
    again = actions.sign_up(after, made.person, TOLD)
    assert (again.confirmed_at, again.waited_last_round) == (None, False)
    # Nor does anybody come along to a round that is over.
    with pytest.raises(DomainError, match="päättynyt"):
        actions.confirm_sign_ups(before, boss, [made.pk])
    assert not Role.objects.filter(person=made.person).exists()


def test_the_answers_of_who_waits_fall_into_no_box(client: Client) -> None:
    round_ = RoundFactory()
    made = actions.sign_up(round_, PersonFactory(organisation=round_.unit.organisation), TOLD)
    client.force_login(made.person, backend=BACKEND)
    assert client.get(reverse("start_questions", args=[round_.pk])).status_code == 404
    assert client.post(reverse("start_questions", args=[round_.pk]), {}).status_code == 404
    with pytest.raises(DomainError):
        evaluation.answer_start(round_, made.person, {}, 1)
    assert not Box.objects.exists()
    assert reverse("start_questions", args=[round_.pk]) not in client.get(reverse("home")).content.decode()


def test_pages_say_to_who_waits_what_is_true(client: Client) -> None:
    round_ = RoundFactory(name="Kevätkierros")
    made = actions.sign_up(round_, PersonFactory(organisation=round_.unit.organisation), TOLD)
    client.force_login(made.person, backend=BACKEND)
    pages = [
        client.get(url).content.decode()
        for url in (
            reverse("home"),
            reverse("join_done", args=[round_.invite_token]),
            reverse("my_sign_up", args=[made.pk]),
        )
    ]
    for page in pages:
        assert "Esihenkilöltäsi kysytään" in page
        assert "Parit julkaistaan myöhemmin" not in page
    Round.objects.filter(pk=round_.pk).update(state=Round.State.CLOSED)
    assert "Siksi et ollut siinä mukana" in client.get(reverse("my_sign_up", args=[made.pk])).content.decode()
    assert "Kevätkierros" not in client.get(reverse("home")).content.decode()


def test_who_waits_learns_that_the_supervisor_looked_and_not_their_name(client: Client) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit, name="Ritva Salo")
    made = actions.sign_up(round_, PersonFactory(organisation=round_.unit.organisation), TOLD)
    looks, mine = Client(), client
    looks.force_login(boss, backend=BACKEND)
    looks.get(reverse("round_sign_ups", args=[round_.pk]))
    mine.force_login(made.person, backend=BACKEND)
    for name in ("my_data", "my_data_download"):
        page = mine.get(reverse(name)).content.decode()
        assert "Ritva Salo" not in page
        assert "kierroksen esihenkilö" in page
    actions.confirm_sign_ups(round_, boss, [made.pk])
    assert "Ritva Salo" in mine.get(reverse("my_data")).content.decode()


# -- the supervisor ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ["Tunnen hänet", "En tunne tätä ihmistä", "Osoite on vahvistettu koodilla", "kukaan ei ole vahvistanut", "Mukana on jo joku samanniminen"]),
        ("sv", ["Jag känner personen", "Jag känner inte personen", "Adressen är bekräftad med en kod", "ingen har bekräftat", "Någon med samma namn är redan med"]),
        ("en", ["I know this person", "I don't know this person", "The address is confirmed with a code", "nobody has confirmed it", "Somebody with the same name already takes part"]),
    ],
)  # fmt: skip
def test_the_supervisor_sees_name_address_and_what_is_known_of_it(
    client: Client, language: str, words: list[str]
) -> None:
    round_ = RoundFactory()
    organisation = round_.unit.organisation
    SignUpFactory(round=round_, person=member_of(round_.unit, name="Aino Laine"))
    actions.sign_up(
        round_, PersonFactory(organisation=organisation, name="aino  LAINE", email="toinen@example.org"), TOLD
    )
    claims = PersonFactory(organisation=organisation, name="Eino Salo", email=None, email_confirmed_at=None)
    actions.sign_up(round_, claims, TOLD, claimed_email="eino@example.org")
    boss = supervisor_of(round_.unit, language=language)
    client.force_login(boss, backend=BACKEND)
    client.cookies["django_language"] = language
    page = client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()
    for word in (*words, "toinen@example.org", "eino@example.org", "Eino Salo"):
        assert word in page, word
    assert page.count(words[-1]) == 1
    with translation.override("fi"):
        assert "odottaa: tunnetko" in queries.todos_for_round(round_, boss)[0].text


def test_i_know_everyone_confirms_the_names_that_were_shown_and_nobody_who_came_meanwhile(client: Client) -> None:
    round_ = RoundFactory()
    organisation = round_.unit.organisation
    for _ in range(2):
        actions.sign_up(round_, PersonFactory(organisation=organisation), TOLD)
    client.force_login(supervisor_of(round_.unit), backend=BACKEND)
    page = client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()
    form = next(f for f in re.findall(r"<form.*?</form>", page, re.DOTALL) if "tunnen jokaisen" in f)
    shown = re.findall(r'name="sign_up" value="(\d+)"', form)
    late = actions.sign_up(round_, PersonFactory(organisation=organisation, name="Myöhäinen"), TOLD)
    url = reverse("sign_up_confirm", args=[round_.pk])
    client.post(url)  # nobody named, nobody confirmed
    assert queries.counts(round_)["unknown"] == 3
    client.post(url, {"sign_up": shown})
    assert [s.pk for s in waiting(round_)] == [late.pk]


def test_of_two_tabs_the_later_one_is_told(client: Client) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    client.force_login(boss, backend=BACKEND)
    kept, gone = (actions.sign_up(round_, PersonFactory(organisation=round_.unit.organisation), TOLD) for _ in range(2))
    confirm = reverse("sign_up_confirm", args=[round_.pk])
    client.post(confirm, {"sign_up": kept.pk})
    late = client.post(reverse("sign_up_turn_down", args=[kept.pk]), follow=True).content.decode()
    assert "ei enää odota" in late
    assert SignUp.objects.filter(pk=kept.pk).exists()
    client.post(reverse("sign_up_turn_down", args=[gone.pk]))
    assert "ei enää odota" in client.post(confirm, {"sign_up": gone.pk}, follow=True).content.decode()
    assert not SignUp.objects.filter(pk=gone.pk).exists()


def test_a_sign_up_of_another_round_is_not_confirmed_along() -> None:
    round_, other = RoundFactory(), RoundFactory()
    made = actions.sign_up(other, PersonFactory(), TOLD)
    with pytest.raises(DomainError):
        actions.confirm_sign_ups(round_, supervisor_of(round_.unit), [made.pk])
    withdrawn = actions.sign_up(round_, PersonFactory(), TOLD)
    actions.withdraw(withdrawn, withdrawn.person)
    assert actions.confirm_sign_ups(round_, supervisor_of(round_.unit), [made.pk, withdrawn.pk]) == 0
    assert not Role.objects.filter(kind=Role.Kind.MEMBER).exists()


def test_both_hear_of_it_by_mail_the_supervisor_once_a_day(mailbox: Mailbox) -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit, email="ritva@example.org")
    made = [
        actions.sign_up(round_, PersonFactory(organisation=round_.unit.organisation, email=f"v{n}@example.org"), TOLD)
        for n in range(3)
    ]
    actions.sign_up(round_, made[0].person, TOLD | {"shares": ["ethics"]})  # a change is no news
    member = member_of(round_.unit, email="aino@example.org")
    actions.sign_up(round_, member, TOLD)
    actions.confirm_sign_ups(round_, boss, [made[0].pk])
    deliver_all()
    (to_boss,) = mailbox.to("ritva@example.org")
    assert "tunnetko hänet" in to_boss["Subject"]
    assert reverse("round_sign_ups", args=[round_.pk]) in text_of(to_boss)
    assert "v0@example.org" not in text_of(to_boss)
    first, second = map(text_of, mailbox.to("v0@example.org"))
    assert "kysytään ensin, tunteeko hän sinut" in first
    assert "olet nyt mukana" in second
    assert len(mailbox.to("v1@example.org")) == 1
    (known,) = map(text_of, mailbox.to("aino@example.org"))
    assert "tunteeko" not in known


def test_whose_addresses_come_in_unasked_is_said_where_people_are_asked_about(client: Client, settings: Any) -> None:
    settings.MAIL_ENABLED = True
    round_ = round_of_organisation("kaupunki.fi")
    client.force_login(supervisor_of(round_.unit), backend=BACKEND)
    sentence = "verkkotunnus on kaupunki.fi"
    assert sentence in client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()
    settings.MAIL_ENABLED = False
    assert sentence not in client.get(reverse("round_sign_ups", args=[round_.pk])).content.decode()


@pytest.mark.usefixtures("mail_on")
def test_with_mail_no_supervisor_makes_a_link_to_be_somebody() -> None:
    round_ = RoundFactory()
    boss, person = supervisor_of(round_.unit), member_of(round_.unit)
    with pytest.raises(DomainError):
        hand_over_link(person, boss)


def test_the_pages_of_many_who_wait_take_as_many_queries_as_of_few(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    round_ = RoundFactory()
    client.force_login(supervisor_of(round_.unit), backend=BACKEND)
    counted = []
    for people in (2, 30):
        for _ in range(people):
            SignUpFactory(round=round_, confirmed_at=None, person=PersonFactory(organisation=round_.unit.organisation))
        with django_assert_max_num_queries(25) as seen:
            client.get(reverse("round_sign_ups", args=[round_.pk]))
        counted.append(len(seen.captured_queries))
    assert counted[0] == counted[1]
