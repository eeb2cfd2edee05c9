"""What people do with a round and with their sign-ups."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.organisation import access
from oppipari.organisation.actions import give_role, person_for_address, speak
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import Person, Role, Unit
from oppipari.organisation.text import fold, is_name, one_line
from oppipari.rounds import vocabulary
from oppipari.rounds.access import lock_round
from oppipari.rounds.coming_first import waited_before
from oppipari.rounds.inviting import Before, before_answering, forget_invitations_to, forget_unanswered
from oppipari.rounds.inviting import invitation_of as invitation_of
from oppipari.rounds.inviting import invitation_sheet as invitation_sheet
from oppipari.rounds.inviting import invite as invite
from oppipari.rounds.inviting import languages_to as languages_to
from oppipari.rounds.inviting import take_back_invitation as take_back_invitation
from oppipari.rounds.knowing import confirm_sign_ups as confirm_sign_ups
from oppipari.rounds.knowing import correct_address_of as correct_address_of
from oppipari.rounds.knowing import drop_if_nobody_waits, drop_own_letters, is_for, is_known, tell_supervisors
from oppipari.rounds.knowing import tell_person as tell_person
from oppipari.rounds.knowing import turn_down as turn_down
from oppipari.rounds.languages import NAMES
from oppipari.rounds.models import Exclusion, Invitation, Round, SignUp
from oppipari.rounds.same_person import hear_of_undone as hear_of_undone
from oppipari.rounds.same_person import join_to as join_to
from oppipari.rounds.same_person import take_as_own as take_as_own
from oppipari.rounds.same_person import undo_joining as undo_joining

State = Round.State
SETTINGS = ("name", "meetings_wanted", "weeks_between", "meeting_minutes", "sign_up_closes", "odd_person")
ANSWERS = ("shares", "wants", "stage", "slots", "languages", "way", "wished_stage")
MOST_TAGS = 5


def _move(round_: Round, state: str) -> None:
    round_.state = state
    round_.version += 1
    round_.save()


@transaction.atomic
def open_round(unit: Unit, by: Person, *, name: str, sign_up_closes: date, **fields: Any) -> Round:
    """Open a round for sign-up; `fields` may set meetings_wanted, weeks_between, meeting_minutes, odd_person.

    Raises DomainError when `by` does not supervise the unit or the date has passed.
    """
    access.must_supervise(by, unit)
    if sign_up_closes < timezone.localdate():
        raise DomainError(_("The day has already passed. Choose a coming day."), field="sign_up_closes")
    return Round.objects.create(unit=unit, created_by=by, name=one_line(name), sign_up_closes=sign_up_closes, **fields)


@transaction.atomic
def change_settings(round_: Round, by: Person, version: int, **fields: Any) -> Round:
    """Change a round's settings before its pairs are published; StaleEdit when somebody changed them in between."""
    fresh = lock_round(round_, by)
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
    fresh = lock_round(round_, by)
    if fresh.state == State.SIGN_UP:
        _move(fresh, State.PAIRING)
    return fresh


@transaction.atomic
def reopen_sign_up(round_: Round, by: Person) -> Round:
    """Open sign-up again as long as no pairs are published; a passed closing day moves to today."""
    fresh = lock_round(round_, by)
    if fresh.state == State.PAIRING:
        fresh.sign_up_closes = max(fresh.sign_up_closes, timezone.localdate())
        _move(fresh, State.SIGN_UP)
    elif fresh.state != State.SIGN_UP:
        raise DomainError(_("The pairs have been published, so sign-up cannot be opened again."))
    return fresh


def mark_published(round_: Round, by: Person) -> Round:
    """Note that pairs were published (inside the caller's transaction); wishes about persons are deleted now."""
    fresh = lock_round(round_, by)
    if fresh.state not in (State.SIGN_UP, State.PAIRING):
        raise DomainError(_("The pairs have already been published."))
    Exclusion.objects.filter(sign_up__round=fresh).delete()
    forget_unanswered(fresh)
    fresh.published_at = timezone.now()
    _move(fresh, State.MEETING)
    return fresh


def start_evaluation(round_: Round, by: Person) -> Round:
    """Note that the questionnaire is open (inside the caller's transaction)."""
    fresh = lock_round(round_, by)
    if fresh.state == State.MEETING:
        _move(fresh, State.EVALUATING)
    elif fresh.state != State.EVALUATING:
        raise DomainError(_("The evaluation starts when pairs have met."))
    return fresh


def close_round(round_: Round, by: Person) -> Round:
    """Close the round for good (inside the caller's transaction)."""
    fresh = lock_round(round_, by)
    if fresh.state == State.EVALUATING:
        fresh.closed_at = timezone.now()
        _move(fresh, State.CLOSED)
    elif fresh.state != State.CLOSED:
        raise DomainError(_("Close the questionnaire first; then the round can be closed."))
    return fresh


@transaction.atomic
def copy_round(round_: Round, by: Person, *, name: str, sign_up_closes: date) -> Round:
    """Start the next round with the same settings; those who waited come first when they sign up to it."""
    access.must_supervise(by, round_.unit_id)
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
        "languages": [code for code in NAMES if code in (answers.get("languages") or [])],
        "stage": one("stage", SignUp.Stage.values),
        "wished_stage": one("wished_stage", SignUp.Stage.values),
        "way": one("way", SignUp.Way.values, SignUp.Way.EITHER),
    }


@transaction.atomic
def sign_up(
    round_: Round,
    person: Person,
    answers: dict[str, Any],
    *,
    claimed_email: str = "",
    name: str = "",
    language: str = "",
    slip: Invitation | None = None,
) -> SignUp:
    """Store a person's own sign-up, or change the one they have; signing up twice makes one.

    Whoever `knowing.is_known` knows takes part at once; others wait for the supervisor, and until then nothing of the
    unit is open to them. `answers` has SignUp's fields, and `team` (a Unit id) and `exclusion` (text); `name` is taken
    when the person has none yet, `language` is what they answered in and are written to from now on; `slip` is the
    invitation that was handed to them on paper. Raises DomainError when sign-up is closed.
    """
    round_ = Round.objects.select_for_update().get(pk=round_.pk)
    if not round_.takes_sign_ups(timezone.localdate()):
        raise DomainError(_("Sign-up is closed. Ask your supervisor whether you can still join."))
    if is_name(name) and not person.is_named:
        person.name = one_line(name)[:120]
        person.save(update_fields=["name"])
    speak(person, language)
    clean = _clean_answers(answers)
    clean["team"] = round_.unit.teams.filter(pk=answers.get("team") or 0).first()
    made, new = SignUp.objects.get_or_create(round=round_, person=person, defaults=clean)
    comes = new or made.withdrawn_at is not None
    waited_already = not comes and made.confirmed_at is None
    if not new:
        for field, value in clean.items():
            setattr(made, field, value)
        # What was joined to them they have answered themselves now.
        made.withdrawn_at = made.joined_at = None
        made.version += 1
    # Asked anew at every change: who has lost their place in the unit waits again.
    made.confirmed_at = (made.confirmed_at or timezone.now()) if is_known(round_, person, slip) else None
    # A change of answers tells no address again; the one that waits for the supervisor stays.
    made.claimed_email = "" if person.email else fold(claimed_email) or made.claimed_email
    made.waited_last_round = waited_before(round_, person)
    made.save()
    _store_exclusion(made, str(answers.get("exclusion") or ""))
    if made.confirmed_at is not None:
        give_role(person, Role.Kind.MEMBER, round_.unit)
        forget_invitations_to(round_, person.email)
        if waited_already:
            drop_if_nobody_waits(round_)
    elif not waited_already:
        tell_supervisors(made)
    waits = made.confirmed_at is None
    if comes or waits != waited_already:  # else only answers were changed
        tell_person(made, "sign_up_waiting" if waits else "sign_up_received")
    return made


def _store_exclusion(made: SignUp, text: str) -> None:
    clean = one_line(text)[:254]
    if clean:
        Exclusion.objects.update_or_create(sign_up=made, defaults={"text": clean})
    else:
        Exclusion.objects.filter(sign_up=made).delete()


@transaction.atomic
def withdraw(made: SignUp, by: Person) -> None:
    """Take one's own sign-up back, until pairs are published; the answers go with it.

    Who still waits for the supervisor is in no plan, and can take it back at any time.
    """
    made = SignUp.objects.select_for_update(of=("self",)).select_related("round").get(pk=made.pk)
    if made.person_id != by.pk:
        raise DomainError(_("You can only withdraw your own sign-up."))
    if made.confirmed_at is not None and made.round.state not in (State.SIGN_UP, State.PAIRING):
        raise DomainError(_("Pairs have been published. You can end your part on your pair's page."))
    made.withdrawn_at = timezone.now()
    made.shares, made.wants, made.slots, made.languages = [], [], [], []
    made.stage = made.wished_stage = ""
    made.way, made.team = SignUp.Way.EITHER, None
    made.version += 1
    made.save()
    Exclusion.objects.filter(sign_up=made).delete()
    # Not yet sent, they would speak of a sign-up that is not there.
    drop_own_letters(made)
    drop_if_nobody_waits(made.round)
    forget_invitations_to(made.round, by.email if by.email_confirmed_at else None)


# -- invitations ----------------------------------------------------------------------------------------------------


@transaction.atomic
def confirm_invitation(
    made: Invitation, person: Person | None, answers: dict[str, Any], language: str = ""
) -> tuple[Person, SignUp]:
    """The invited person confirms what is told about them, as changed by themselves, in the `language` they answer in.

    Their name is the one they were invited by, else the one they give (`answers`' name). With mail a letter can be
    forwarded, so its link proves nothing: `person` is signed in by a code that went to the invited address. Without mail
    the slip was handed over, and whoever holds it becomes that person if they are new; it never opens the page of
    somebody who is here already. Raises DomainError when it is not so, or sign-up is closed.
    """
    invited = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("round__unit__organisation")
        .filter(pk=made.pk)
        .first()
    )
    if invited is None:
        raise DomainError(_("This invitation has already been answered."))
    name = invited.name if is_name(invited.name) else str(answers.get("name") or "")
    if settings.MAIL_ENABLED:
        if person is None or not is_for(invited, person):
            raise DomainError(_("Open the invitation in your e-mail again and sign in with the code."))
        return person, sign_up(invited.round, person, answers, name=name, language=language)
    obstacle = before_answering(invited, person)
    if obstacle is Before.SIGN_OUT:
        raise DomainError(_("You are signed in as somebody else. Sign out first."))
    if obstacle is Before.OWN_LINK:
        raise DomainError(_("Open your own link first, then this invitation; your supervisor can make you a new one."))
    owner = person or person_for_address(invited.round.unit.organisation, invited.email, name=name)
    if owner.email is None:
        # They signed up by the poster before the invitation reached them; now their address is known.
        owner.email, owner.email_confirmed_at = invited.email, None
        owner.save(update_fields=["email", "email_confirmed_at"])
    return owner, sign_up(invited.round, owner, answers, name=name, language=language, slip=invited)
