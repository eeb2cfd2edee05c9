"""Correcting one's name and address: one stays the same person, and nobody becomes somebody else."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories import PersonFactory, RoundFactory, SignUpFactory, UnitFactory, member_of, pair_of, supervisor_of
from tests.mailbox import Mailbox, calendar_of, deliver_all, text_of
from tests.rounds.ways_in import TOLD

from oppipari.meetings.models import Meeting
from oppipari.messages.actions import send
from oppipari.organisation.models import Person
from oppipari.organisation.own_details import actions as details
from oppipari.pairs import problem
from oppipari.pairs.models import EarlierPair, Pair
from oppipari.rounds import actions
from oppipari.rounds.models import Exclusion, Invitation, Round, SignUp

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
OLD, NEW = "aino.salo@example.org", "aino.laine@example.org"


@pytest.fixture(autouse=True)
def _no_counts() -> None:
    from django.core.cache import cache

    cache.clear()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def post(client: Client, **data: str) -> str:
    return str(client.post(reverse("own_details"), data, follow=True).content.decode())


def code_in(mailbox: Mailbox, address: str) -> str:
    deliver_all()
    # A code goes before letters that waited already.
    found = [code for m in mailbox.to(address) if (code := re.search(r"koodi on ([A-Z0-9]{8})", text_of(m)))]
    assert found, text_of(mailbox.to(address)[-1])
    return found[-1][1]


def moved(client: Client, mailbox: Mailbox, new: str = NEW) -> str:
    post(client, address=new)
    return post(client, old_code=code_in(mailbox, OLD), new_code=code_in(mailbox, new))


# -- the name -----------------------------------------------------------------------------------------------------------


def test_a_name_is_corrected_everywhere_at_once() -> None:
    person = PersonFactory(name="Aino Sallo")
    page = post(signed_in(person), name="Aino  Salo\u202e")
    assert "Nimesi korjattiin" in page
    person.refresh_from_db()
    assert person.name == "Aino Salo"
    for wrong in ("", "aino@example.org"):
        post(signed_in(person), name=wrong)
    person.refresh_from_db()
    assert person.name == "Aino Salo"


def test_an_insight_that_shows_its_authors_shows_the_corrected_name() -> None:
    from oppipari.insights import actions as insights

    pair = pair_of(RoundFactory(state=Round.State.MEETING))
    first, second = (m.person for m in pair.members.all())
    made = insights.write(pair, first, "Lukukierros vuoronvaihdossa")
    for person in (first, second):
        insights.approve(made, person, made.fingerprint, name_may_show=True)
    details.correct_name(first, "Aino Laine")
    made.refresh_from_db()
    assert made.shown_names == f"Aino Laine, {second.name}"


def test_what_somebody_wrote_about_a_person_holds_under_their_new_name_and_address(mailbox: Mailbox) -> None:
    """Else whoever wrote it would be paired with that very person; the board says of it what it always says."""
    round_ = RoundFactory(state=Round.State.PAIRING)
    by_name, by_address, meant = (SignUpFactory(round=round_) for _i in range(3))
    meant.person.email = OLD
    meant.person.save()
    Exclusion.objects.create(sign_up=by_name, text=meant.person.name)
    Exclusion.objects.create(sign_up=by_address, text=OLD)
    before = apart(round_)
    assert len(before) == 2
    client = signed_in(meant.person)
    post(client, name="Kaarina Kuusi")
    assert before <= apart(round_)
    moved(client, mailbox)
    assert Person.objects.get(pk=meant.person_id).email == NEW
    assert before <= apart(round_)


def apart(round_: Round) -> set[Any]:
    return set(
        problem.excluded(round_, list(SignUp.objects.filter(round=round_).select_related("person", "exclusion")))
    )


# -- the address, where there is mail --------------------------------------------------------------------------------------


def test_a_new_address_is_the_same_person_who_is_not_paired_again_with_the_partner_of_the_spring(
    mailbox: Mailbox,
) -> None:
    spring = RoundFactory(state=Round.State.MEETING)
    pair = pair_of(spring)
    aino, eino = (m.person for m in pair.members.order_by("pk"))
    Person.objects.filter(pk=aino.pk).update(email=OLD)
    EarlierPair.objects.create(organisation=spring.unit.organisation, key=EarlierPair.key_of((aino.pk, eino.pk)))
    assert "Kaikki, mikä on sinun, säilyi" in moved(signed_in(aino), mailbox)
    aino.refresh_from_db()
    assert (aino.email, aino.email_confirmed_at is not None) == (NEW, True)
    assert Pair.objects.of_person(aino).get() == pair
    autumn = RoundFactory(unit=spring.unit)
    signed = [actions.sign_up(autumn, p, TOLD) for p in (Person.objects.get(email=NEW), eino)]
    assert Person.objects.count() == 2
    engine = problem.build(autumn, signed)
    assert not engine.allowed(*(str(s.pk) for s in signed))


@pytest.mark.parametrize("wrong", ["old", "new", "swapped", "both"])
def test_both_mailboxes_must_say_yes(mailbox: Mailbox, wrong: str) -> None:
    person = PersonFactory(email=OLD)
    client = signed_in(person)
    page = post(client, address=NEW)
    assert "Vanhaan ja uuteen sähköpostiin" in page
    old, new = code_in(mailbox, OLD), code_in(mailbox, NEW)
    assert old != new
    typed = {"old": ("BBBBBBBB", new), "new": (old, "BBBBBBBB"), "swapped": (new, old), "both": ("", "")}[wrong]
    page = post(client, old_code=typed[0], new_code=typed[1])
    person.refresh_from_db()
    assert person.email == OLD
    assert "Osoitteesi vaihdettiin" not in page
    post(client, old_code=f"{old[:4]}-{old[4:].lower()}", new_code=f" {new} ")  # as people copy them
    person.refresh_from_db()
    assert person.email == NEW


def test_after_five_tries_or_half_an_hour_the_codes_hold_no_more(mailbox: Mailbox) -> None:
    person = PersonFactory(email=OLD)
    for ends in ("tries", "time"):
        client = signed_in(person)
        post(client, address=NEW)
        old, new = code_in(mailbox, OLD), code_in(mailbox, NEW)
        if ends == "tries":
            for _i in range(5):
                post(client, old_code="BBBBBBBB", new_code=new)
            assert "eivät enää kelpaa" in post(client, old_code=old, new_code=new)
        else:
            with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=True):
                assert "eivät enää kelpaa" in post(client, old_code=old, new_code=new)
        person.refresh_from_db()
        assert person.email == OLD


def test_codes_hold_in_the_browser_that_asked_and_for_the_person_who_asked(mailbox: Mailbox) -> None:
    person, other = PersonFactory(email=OLD), PersonFactory()
    client = signed_in(person)
    post(client, address=NEW)
    old, new = code_in(mailbox, OLD), code_in(mailbox, NEW)
    for browser in (signed_in(person), signed_in(other)):
        post(browser, old_code=old, new_code=new)
    asked = details.Move.of(client.session["move"])
    assert asked is not None
    with pytest.raises(details.DomainError):
        details.move(other, asked, old, new)
    assert set(Person.objects.values_list("email", flat=True)) == {OLD, other.email}


def test_the_page_tells_nobody_who_is_here(mailbox: Mailbox) -> None:
    """An address of somebody here, of somebody elsewhere and of nobody are answered alike; the mailbox reads the rest."""
    known, elsewhere = SignUpFactory().person, supervisor_of(UnitFactory())
    pages = set()
    for address in (known.email, elsewhere.email, "uusi@example.org"):
        person = PersonFactory(name="Aino Salo")
        Person.objects.filter(pk=person.pk).update(email=OLD)
        page = post(signed_in(person), address=str(address))
        pages.add(re.sub(r'value="[\w-]{30,}"', "", page.replace(str(address), "X")))
        deliver_all()
        Person.objects.filter(pk=person.pk).delete()
    assert len(pages) == 1
    for address in (known.email, elsewhere.email):
        (letter,) = mailbox.to(str(address))
        assert letter["Subject"] == "Osoite on jo käytössä"
        assert "koodi on" not in text_of(letter)
    assert mailbox.to("uusi@example.org")[0]["Subject"] == "Vahvista uusi osoitteesi"


def test_who_has_the_address_reads_in_their_own_language_that_somebody_wants_it_and_that_nothing_need_be_done(
    mailbox: Mailbox,
) -> None:
    owner = member_of(UnitFactory(), email=NEW, language="fi")
    post(signed_in(PersonFactory(email=OLD, language="sv")), address=NEW)
    deliver_all()
    (letter,) = mailbox.to(str(owner.email))
    assert letter["Subject"] == "Osoite on jo käytössä"
    assert letter["Content-Language"] == "fi"
    text = " ".join(text_of(letter).split())
    assert "Jos se et ollut sinä, sinun ei tarvitse tehdä mitään" in text
    assert "poista" not in text  # no stranger's press lets anybody be told to erase what is theirs


def test_an_address_in_use_is_taken_by_no_code(mailbox: Mailbox) -> None:
    person, other = PersonFactory(email=OLD), SignUpFactory()
    Person.objects.filter(pk=other.person_id).update(email=NEW)
    client = signed_in(person)
    post(client, address=NEW)
    kept = client.session["move"]  # what a thief of the session itself would read
    assert "eivät enää kelpaa" in post(client, old_code=kept["old_code"], new_code=kept["new_code"])
    assert Person.objects.get(email=NEW) == other.person


def test_an_address_that_only_once_asked_for_a_code_is_free(mailbox: Mailbox) -> None:
    person = PersonFactory(email=OLD)
    PersonFactory(email=NEW, name="")
    moved(signed_in(person), mailbox)
    assert Person.objects.get().email == NEW


def test_somebody_who_takes_the_address_meanwhile_keeps_it(mailbox: Mailbox) -> None:
    person = PersonFactory(email=OLD)
    client = signed_in(person)
    post(client, address=NEW)
    old, new = code_in(mailbox, OLD), code_in(mailbox, NEW)
    other = member_of(UnitFactory(), email=NEW)
    assert "eivät enää kelpaa" in post(client, old_code=old, new_code=new)
    assert Person.objects.get(email=NEW) == other


def test_codes_are_counted(mailbox: Mailbox) -> None:
    client = signed_in(PersonFactory(email=OLD))
    pages = [post(client, address=f"uusi{i}@example.org") for i in range(7)]
    deliver_all()
    assert len(mailbox.to(OLD)) == 5
    assert "Yritä hetken kuluttua uudelleen" in pages[-1]


def test_letters_codes_and_subjects_tell_no_code_on_a_lock_screen(mailbox: Mailbox) -> None:
    client = signed_in(PersonFactory(email=OLD))
    post(client, address=NEW)
    for address in (OLD, NEW):
        assert code_in(mailbox, address) not in mailbox.to(address)[-1]["Subject"]


def test_what_waits_for_the_old_address_follows_but_for_codes(mailbox: Mailbox) -> None:
    person = PersonFactory(email=OLD)
    client = signed_in(person)
    post(client, address=NEW)
    old, new = code_in(mailbox, OLD), code_in(mailbox, NEW)
    send(to=OLD, kind="pair_published", language="fi", context={"url": "https://x.example.org/"})
    send(to=OLD, kind="sign_in_code", language="fi", context={"code": "K7P2", "url": "https://x.example.org/"})
    post(client, old_code=old, new_code=new)
    deliver_all()
    assert mailbox.to(NEW)[-1]["Subject"] == "Mentorointiparisi"
    assert mailbox.to(OLD)[-1]["Subject"] == "Kirjautumiskoodisi"


def test_an_invitation_to_the_old_address_and_meetings_go_along(mailbox: Mailbox) -> None:
    round_ = RoundFactory(state=Round.State.MEETING)
    pair = pair_of(round_)
    aino, eino = (m.person for m in pair.members.order_by("pk"))
    Person.objects.filter(pk=aino.pk).update(email=OLD)
    start = timezone.now() + timedelta(days=3)
    Meeting.objects.create(pair=pair, starts_at=start, minutes=60, state="agreed", invited=True, sequence=1)
    Meeting.objects.create(pair=pair, starts_at=start - timedelta(days=9), minutes=60, state="held", invited=True)
    later = RoundFactory(unit=round_.unit)
    actions.invite(later, supervisor_of(round_.unit), [{"email": OLD}])
    moved(signed_in(aino), mailbox)
    assert Invitation.objects.get().email == NEW
    deliver_all()
    for address in (NEW, str(eino.email)):
        (letter,) = [m for m in mailbox.to(address) if "kalenteri" in m["Subject"].lower()]
        method, text = calendar_of(letter)
        assert method == "REQUEST"
        assert "SEQUENCE:2" in text
        assert f"mailto:{NEW}" in text.replace("\r\n ", "")
        assert OLD not in text.replace("\r\n ", "")


def test_a_changed_address_is_known_no_better_than_it_is(mailbox: Mailbox) -> None:
    """Decision 017: an address outside the organisation's domains lets nobody in who waits."""
    round_ = RoundFactory()
    round_.unit.organisation.mail_domains = ["kaupunki.fi"]
    round_.unit.organisation.save()
    person = PersonFactory(email=OLD, organisation=round_.unit.organisation)
    assert actions.sign_up(round_, person, TOLD).confirmed_at is None
    moved(signed_in(person), mailbox, "aino@kaupunki.fi")
    assert SignUp.objects.get().confirmed_at is None  # nobody is let in by the change itself
    person.refresh_from_db()
    assert actions.sign_up(round_, person, TOLD).confirmed_at is not None  # asked anew, as at every change


def test_where_the_old_mailbox_is_gone_for_good_the_new_one_alone_says_yes(mailbox: Mailbox) -> None:
    person = PersonFactory(email=OLD, email_refused_at=timezone.now())
    actions_ = signed_in(person)
    assert "Viestit palautuvat" not in post(actions_, address=NEW)
    post(actions_, new_code=code_in(mailbox, NEW))
    person.refresh_from_db()
    assert (person.email, person.email_refused_at) == (NEW, None)
    assert mailbox.to(OLD) == []


def test_who_has_no_address_can_get_one(mailbox: Mailbox) -> None:
    person = PersonFactory(email=None, email_confirmed_at=None)
    client = signed_in(person)
    post(client, address=NEW)
    post(client, new_code=code_in(mailbox, NEW))
    person.refresh_from_db()
    assert (person.email, person.email_confirmed_at is not None) == (NEW, True)


# -- where there is no mail -------------------------------------------------------------------------------------------------


def test_without_mail_the_page_says_why_not_and_who_can() -> None:
    person = SignUpFactory().person
    client = signed_in(person)
    page = client.get(reverse("own_details")).content.decode()
    assert "ei voi osoittaa, että osoite on oma" in page
    assert "Pyydä esihenkilöäsi korjaamaan se" in page
    post(client, address=NEW)
    person.refresh_from_db()
    assert person.email != NEW


def test_without_mail_the_supervisor_corrects_it_and_the_person_reads_who_did() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit, name="Ritva Salo")
    made = SignUpFactory(round=round_)
    client = signed_in(boss)
    assert reverse("sign_up_address", args=[made.pk]) in client.get(
        reverse("round_sign_ups", args=[round_.pk])
    ).content.decode()  # fmt: skip
    client.post(reverse("sign_up_address", args=[made.pk]), {"address": NEW.upper()})
    made.person.refresh_from_db()
    assert (made.person.email, made.person.email_confirmed_at) == (NEW, None)
    page = signed_in(made.person).get(reverse("my_data")).content.decode()
    assert "korjasi osoitteesi" in page
    assert "Ritva Salo" in page


def test_without_mail_nobody_gets_an_address_that_somebody_has_or_is_changed_by_a_stranger() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made, other = SignUpFactory(round=round_), SignUpFactory(round=round_)
    before = made.person.email
    page = signed_in(boss).post(reverse("sign_up_address", args=[made.pk]), {"address": other.person.email})
    assert "on täällä jo jonkun omana" in page.content.decode()
    member_elsewhere = UnitFactory(organisation=round_.unit.organisation)
    from oppipari.organisation.models import Role

    Role.objects.create(person=made.person, kind=Role.Kind.MEMBER, unit=member_elsewhere)
    page = signed_in(boss).post(reverse("sign_up_address", args=[made.pk]), {"address": NEW})
    assert "kuuluu myös toiseen yksikköön" in page.content.decode()
    assert signed_in(supervisor_of(UnitFactory())).get(reverse("sign_up_address", args=[made.pk])).status_code == 404
    made.person.refresh_from_db()
    assert made.person.email == before


def test_without_mail_a_wrong_claim_of_somebody_unknown_can_be_corrected() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    person = PersonFactory(email=None, email_confirmed_at=None, organisation=round_.unit.organisation)
    made = actions.sign_up(round_, person, TOLD, claimed_email=boss.email or "")
    with pytest.raises(details.DomainError):
        actions.confirm_sign_ups(round_, boss, [made.pk])
    signed_in(boss).post(reverse("sign_up_address", args=[made.pk]), {"address": NEW})
    person.refresh_from_db()
    assert person.email is None
    assert actions.confirm_sign_ups(round_, boss, [made.pk]) == 1
    person.refresh_from_db()
    assert person.email == NEW


def test_without_mail_a_supervisor_corrects_their_own() -> None:
    boss = supervisor_of(UnitFactory())
    assert "Osoitteesi vaihdettiin" in post(signed_in(boss), address=NEW)
    boss.refresh_from_db()
    assert boss.email == NEW


@pytest.mark.usefixtures("mail_on")
def test_with_mail_no_supervisor_changes_an_address() -> None:
    round_ = RoundFactory()
    boss = supervisor_of(round_.unit)
    made = SignUpFactory(round=round_)
    assert signed_in(boss).get(reverse("sign_up_address", args=[made.pk])).status_code == 404
    for do in (
        lambda: details.correct_address(made.person, boss, NEW),
        lambda: actions.correct_address_of(made, boss, NEW),
    ):
        with pytest.raises(details.DomainError):
            do()
