"""What people do with a round and with their sign-ups."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.messages.actions import link, send
from oppipari.organisation import access
from oppipari.organisation.actions import give_role, person_for_address
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person, Role, Unit
from oppipari.organisation.text import fold, one_line
from oppipari.rounds import vocabulary
from oppipari.rounds.models import Exclusion, Invitation, Round, SignUp
from oppipari.rounds.queries import left_without

State = Round.State
SETTINGS = ("name", "meetings_wanted", "weeks_between", "meeting_minutes", "sign_up_closes", "odd_person")
ANSWERS = ("shares", "wants", "stage", "slots", "languages", "way", "wished_stage")
MOST_TAGS = 5


def _may_run(unit: Unit | int, by: Person) -> None:
    if not access.supervises(by, unit):
        raise DomainError(_("Only the unit's supervisor can do this."))


def _locked(round_: Round, by: Person) -> Round:
    """The round as it is in the database now, held for this transaction."""
    fresh = Round.objects.select_for_update().get(pk=round_.pk)
    _may_run(fresh.unit_id, by)
    return fresh


def _move(round_: Round, state: str) -> None:
    round_.state = state
    round_.version += 1
    round_.save()


@transaction.atomic
def open_round(unit: Unit, by: Person, *, name: str, sign_up_closes: date, **fields: Any) -> Round:
    """Open a round for sign-up; `fields` may set meetings_wanted, weeks_between, meeting_minutes, odd_person.

    Raises DomainError when `by` does not supervise the unit or the date has passed.
    """
    _may_run(unit, by)
    if sign_up_closes < timezone.localdate():
        raise DomainError(_("The day has already passed. Choose a coming day."), field="sign_up_closes")
    return Round.objects.create(unit=unit, created_by=by, name=one_line(name), sign_up_closes=sign_up_closes, **fields)


@transaction.atomic
def change_settings(round_: Round, by: Person, version: int, **fields: Any) -> Round:
    """Change a round's settings before its pairs are published; StaleEdit when somebody changed them in between."""
    fresh = _locked(round_, by)
    if fresh.version != version:
        raise StaleEdit(_("Somebody else changed the settings in between. Look at them and save again."))
    if fresh.state not in (State.SIGN_UP, State.PAIRING):
        raise DomainError(_("The pairs have been published, so the settings stay as they are."))
    for field in SETTINGS:
        if field in fields:
            setattr(fresh, field, fields[field])
    fresh.name = one_line(fresh.name)
    fresh.version += 1
    fresh.save()
    return fresh


@transaction.atomic
def close_sign_up(round_: Round, by: Person) -> Round:
    """Close sign-up so that pairs can be formed; closing a closed one changes nothing."""
    fresh = _locked(round_, by)
    if fresh.state == State.SIGN_UP:
        _move(fresh, State.PAIRING)
    return fresh


@transaction.atomic
def reopen_sign_up(round_: Round, by: Person) -> Round:
    """Open sign-up again as long as no pairs are published; a passed closing day moves to today."""
    fresh = _locked(round_, by)
    if fresh.state == State.PAIRING:
        fresh.sign_up_closes = max(fresh.sign_up_closes, timezone.localdate())
        _move(fresh, State.SIGN_UP)
    elif fresh.state != State.SIGN_UP:
        raise DomainError(_("The pairs have been published, so sign-up cannot be opened again."))
    return fresh


def mark_published(round_: Round, by: Person) -> Round:
    """Note that pairs were published (inside the caller's transaction); wishes about persons are deleted now."""
    fresh = _locked(round_, by)
    if fresh.state not in (State.SIGN_UP, State.PAIRING):
        raise DomainError(_("The pairs have already been published."))
    Exclusion.objects.filter(sign_up__round=fresh).delete()
    fresh.invitations.filter(confirmed_at=None).delete()
    fresh.published_at = timezone.now()
    _move(fresh, State.MEETING)
    return fresh


def start_evaluation(round_: Round, by: Person) -> Round:
    """Note that the questionnaire is open (inside the caller's transaction)."""
    fresh = _locked(round_, by)
    if fresh.state == State.MEETING:
        _move(fresh, State.EVALUATING)
    elif fresh.state != State.EVALUATING:
        raise DomainError(_("The evaluation starts when pairs have met."))
    return fresh


def close_round(round_: Round, by: Person) -> Round:
    """Close the round for good (inside the caller's transaction)."""
    fresh = _locked(round_, by)
    if fresh.state == State.EVALUATING:
        fresh.closed_at = timezone.now()
        _move(fresh, State.CLOSED)
    elif fresh.state != State.CLOSED:
        raise DomainError(_("Close the questionnaire first; then the round can be closed."))
    return fresh


@transaction.atomic
def copy_round(round_: Round, by: Person, *, name: str, sign_up_closes: date) -> Round:
    """Start the next round with the same settings; those who waited come first when they sign up to it."""
    _may_run(round_.unit_id, by)
    made = open_round(
        round_.unit,
        by,
        name=name,
        sign_up_closes=sign_up_closes,
        meetings_wanted=round_.meetings_wanted,
        weeks_between=round_.weeks_between,
        meeting_minutes=round_.meeting_minutes,
        odd_person=round_.odd_person,
    )
    made.copied_from = round_
    made.save(update_fields=["copied_from"])
    return made


# -- signing up -----------------------------------------------------------------------------------------------------


def _clean_answers(answers: dict[str, Any]) -> dict[str, Any]:
    """Only known answers in their right shape: what comes from a session or a file is not trusted."""
    known = vocabulary.competences()

    def tags(name: str) -> list[str]:
        return list(dict.fromkeys(k for k in answers.get(name) or [] if k in known))[:MOST_TAGS]

    def one(name: str, choices: Iterable[str], default: str = "") -> str:
        value = answers.get(name) or default
        return value if value in choices else default

    return {
        "shares": tags("shares"),
        "wants": tags("wants"),
        "slots": sorted({int(s) for s in answers.get("slots") or [] if 0 <= int(s) <= 20}),
        "languages": sorted({str(x)[:5] for x in answers.get("languages") or []})[:10],
        "stage": one("stage", SignUp.Stage.values),
        "wished_stage": one("wished_stage", SignUp.Stage.values),
        "way": one("way", SignUp.Way.values, SignUp.Way.EITHER),
    }


@transaction.atomic
def sign_up(
    round_: Round, person: Person, answers: dict[str, Any], *, claimed_email: str = "", name: str = ""
) -> SignUp:
    """Store a person's own sign-up, or change the one they have; signing up twice makes one.

    A confirmed address or an earlier place in the unit makes them known at once; others wait for the supervisor's
    confirmation, and until then nothing of the unit is open to them. `answers` has SignUp's fields, and `team` (a Unit
    id) and `exclusion` (text); `name` is taken when the person has none yet. Raises DomainError when sign-up is closed.
    """
    round_ = Round.objects.select_for_update().get(pk=round_.pk)
    if not round_.takes_sign_ups(timezone.localdate()):
        raise DomainError(_("Sign-up is closed. Ask your supervisor whether you can still join."))
    known = bool(person.email_confirmed_at) or round_.unit_id in access.member_unit_ids(person)
    if name and not person.name:
        person.name = one_line(name)[:120]
        person.save(update_fields=["name"])
    clean = _clean_answers(answers)
    clean["team"] = round_.unit.teams.filter(pk=answers.get("team") or 0).first()
    made, new = SignUp.objects.get_or_create(
        round=round_, person=person, defaults=clean | {"confirmed_at": timezone.now() if known else None}
    )
    if not new:
        for name, value in clean.items():
            setattr(made, name, value)
        made.withdrawn_at = None
        made.version += 1
        if known and made.confirmed_at is None:
            made.confirmed_at = timezone.now()
    # A change of answers tells no address again; the one that waits for the supervisor stays.
    made.claimed_email = "" if person.email else fold(claimed_email) or made.claimed_email
    made.waited_last_round = _waited(round_, person)
    made.save()
    _store_exclusion(made, str(answers.get("exclusion") or ""))
    if made.confirmed_at is not None:
        give_role(person, Role.Kind.MEMBER, round_.unit)
    if person.email:
        send(
            to=person.email,
            kind="sign_up_received",
            language=person.language,
            context={"url": link(reverse("my_sign_up", args=[made.pk]))},
            key=f"sign_up_received:{made.pk}",
        )
    return made


def _waited(round_: Round, person: Person) -> bool:
    """Whether the person was without a pair in the end in the round this one was copied from, else in the one before it.

    Those who waited from the start and those whose pair ended early count alike. They were told that they come first, so
    it holds too where the supervisor opened a fresh round instead of copying.
    """
    before = round_.copied_from or _closed_before(round_)
    return before is not None and left_without(before).filter(person=person).exists()


def _closed_before(round_: Round) -> Round | None:
    earlier = (
        Round.objects.filter(unit=round_.unit_id, created_at__lt=round_.created_at).order_by("-created_at").first()
    )
    return earlier if earlier is not None and earlier.state == State.CLOSED else None


def _store_exclusion(made: SignUp, text: str) -> None:
    clean = one_line(text)[:254]
    if clean:
        Exclusion.objects.update_or_create(sign_up=made, defaults={"text": clean})
    else:
        Exclusion.objects.filter(sign_up=made).delete()


@transaction.atomic
def withdraw(made: SignUp, by: Person) -> None:
    """Take one's own sign-up back, until pairs are published; the answers go with it."""
    made = SignUp.objects.select_for_update().select_related("round").get(pk=made.pk)
    if made.person_id != by.pk:
        raise DomainError(_("You can only withdraw your own sign-up."))
    if made.round.state not in (State.SIGN_UP, State.PAIRING):
        raise DomainError(_("Pairs have been published. You can end your part on your pair's page."))
    made.withdrawn_at = timezone.now()
    made.shares, made.wants, made.slots, made.languages = [], [], [], []
    made.stage = made.wished_stage = ""
    made.way, made.team = SignUp.Way.EITHER, None
    made.version += 1
    made.save()
    Exclusion.objects.filter(sign_up=made).delete()


@transaction.atomic
def confirm_sign_ups(round_: Round, by: Person, ids: Iterable[int] | None = None) -> int:
    """The supervisor knows these people (None: all who wait); returns how many were confirmed.

    Where an address somebody wrote already belongs to somebody else here, they are left waiting when all are
    confirmed, and DomainError says what to do when they are named in `ids`.
    """
    fresh = _locked(round_, by)
    waiting = SignUp.objects.active().filter(round=fresh, confirmed_at=None).select_related("person")
    if ids is not None:
        waiting = waiting.filter(pk__in=list(ids))
    claims = [made.claimed_email for made in waiting if made.claimed_email]
    taken = set(Person.objects.filter(email__in=claims).values_list("email", flat=True))
    count = 0
    for made in waiting:
        if made.claimed_email and made.person.email is None:
            if made.claimed_email in taken:
                if ids is None:
                    continue
                raise DomainError(
                    _(
                        "%(name)s wrote an address that somebody here already has. If they are the same person, give "
                        "them a link to their own page and ask them to sign up there; else ask for the right address."
                    )
                    % {"name": made.person.name}
                )
            taken.add(made.claimed_email)
            made.person.email = made.claimed_email
            made.person.save(update_fields=["email"])
        made.claimed_email, made.confirmed_at = "", timezone.now()
        made.save(update_fields=["claimed_email", "confirmed_at"])
        give_role(made.person, Role.Kind.MEMBER, fresh.unit)
        count += 1
    return count


@transaction.atomic
def turn_down(made: SignUp, by: Person) -> None:
    """The supervisor does not know this person: an unconfirmed sign-up goes, with all it told.

    A person who came by it, and has nothing else here, goes too.
    """
    _locked(made.round, by)
    current = SignUp.objects.select_related("person").filter(pk=made.pk, confirmed_at=None).first()
    if current is None:
        return
    person = current.person
    current.delete()
    if person.email is None and not person.roles.exists() and not person.sign_ups.exists():
        person.delete()


# -- invitations ----------------------------------------------------------------------------------------------------


def _token() -> tuple[str, str]:
    token = secrets.token_urlsafe(24)
    return token, hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(round_: Round, by: Person, people: Iterable[dict[str, Any]]) -> int:
    """Invite people (`email`, `name`, and perhaps `answers`, `exclusion`); each confirms for themselves.

    Nobody is signed up by it, and who is invited already, or has signed up, is not invited again. Returns how many.
    """
    fresh = _locked(round_, by)
    if not fresh.takes_sign_ups(timezone.localdate()):
        raise DomainError(_("Sign-up is closed. Open it again, or move its closing day, to invite more people."))
    there: set[str | None] = set(fresh.invitations.values_list("email", flat=True))
    there |= set(SignUp.objects.active().filter(round=fresh).values_list("person__email", flat=True))
    count = 0
    for someone in people:
        address = fold(someone["email"])
        if address in there:
            continue
        there.add(address)
        token, hashed = _token()
        made = Invitation.objects.create(
            round=fresh,
            name=one_line(someone.get("name") or address)[:120],
            email=address,
            token_hash=hashed,
            answers=someone.get("answers") or {},
            exclusion=one_line(someone.get("exclusion") or "")[:254],
        )
        send(
            to=address,
            kind="invitation",
            language=by.language,
            context={"url": link(reverse("invitation", args=[token]))},
            key=f"invitation:{made.pk}",
        )
        count += 1
    return count


@transaction.atomic
def invitation_sheet(round_: Round, by: Person) -> list[tuple[Invitation, str]]:
    """New personal links for everyone who has not answered yet, to hand over; older links end.

    Only where there is no mail: there a link proves whose mailbox it came to, and one that the supervisor has seen
    would prove nothing. Raises DomainError otherwise.
    """
    fresh = _locked(round_, by)
    if settings.MAIL_ENABLED:
        raise DomainError(_("The invitations were sent by e-mail, so there is no sheet to hand over."))
    sheet = []
    for made in fresh.invitations.filter(confirmed_at=None):
        token, made.token_hash = _token()
        made.save(update_fields=["token_hash"])
        sheet.append((made, token))
    return sheet


def invitation_of(token: str) -> Invitation | None:
    """The invitation behind a token, if it has not been answered."""
    hashed = hashlib.sha256(token.encode()).hexdigest()
    return Invitation.objects.select_related("round__unit").filter(token_hash=hashed, confirmed_at=None).first()


@transaction.atomic
def confirm_invitation(made: Invitation, person: Person | None, answers: dict[str, Any]) -> tuple[Person, SignUp]:
    """The invited person confirms what is told about them, as changed by themselves.

    The link was sent to (or handed over for) that address, so it makes a new person known and, where the installation
    has mail, confirms the address. It never opens the page of somebody who is here already: they are `person`, signed
    in by their own means. Raises DomainError when they are not, or sign-up is closed.
    """
    invited = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("round__unit__organisation")
        .filter(pk=made.pk)
        .first()
    )
    if invited is None:
        raise DomainError(_("This invitation has already been answered."))
    made = invited
    known = Person.objects.of_address(made.email)
    if person is not None and person.email not in (None, made.email):
        raise DomainError(_("You are signed in as somebody else. Sign out first."))
    if known is not None and person != known:
        raise DomainError(_("Open your own link first, then this invitation; your supervisor can make you a new one."))
    owner = person or person_for_address(made.round.unit.organisation, made.email, name=made.name)
    if owner.email is None:
        # They signed up by the poster before the invitation reached them; now their address is known.
        owner.email = made.email
        owner.save(update_fields=["email"])
    if settings.MAIL_ENABLED and owner.email_confirmed_at is None:
        owner.email_confirmed_at = timezone.now()
        owner.save(update_fields=["email_confirmed_at"])
    signed = sign_up(made.round, owner, answers, name=made.name)
    if signed.confirmed_at is None:
        signed.confirmed_at = timezone.now()
        signed.save(update_fields=["confirmed_at"])
        give_role(owner, Role.Kind.MEMBER, made.round.unit)
    # The row has done its work; who was invited and has come needs no second record.
    made.delete()
    return owner, signed
