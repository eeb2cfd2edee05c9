"""What people do with organisations, units, roles and personal links."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from oppipari.messages.actions import link, send
from oppipari.organisation import access, domains
from oppipari.organisation.errors import DomainError, StaleEdit
from oppipari.organisation.models import AccessEntry, Organisation, Person, PersonalLink, Role, Unit
from oppipari.organisation.reach import Way, way_to
from oppipari.organisation.text import fold, is_name, one_line


def record_read(reader: Person, people: Iterable[Person | int], what: AccessEntry.What) -> None:
    """Note, for each of `people` but the reader, that `reader` saw `what` of theirs today; one query."""
    day = timezone.localdate()
    ids = {p if isinstance(p, int) else p.pk for p in people} - {reader.pk}
    AccessEntry.objects.bulk_create(
        [AccessEntry(person_id=i, reader=reader, what=what, day=day) for i in sorted(ids)],
        ignore_conflicts=True,
    )


def give_role(person: Person, kind: Role.Kind, unit: Unit | None = None) -> Role:
    """Give `person` a role, once."""
    role, _made = Role.objects.get_or_create(person=person, kind=kind, unit=unit)
    access.forget_roles(person)
    return role


@transaction.atomic
def person_for_address(organisation: Organisation, email: str, *, name: str = "", language: str = "fi") -> Person:
    """Return the person with this address, made if there is none; an existing person's name is not changed."""
    address = fold(email)
    person, made = Person.objects.get_or_create(
        email=address, defaults={"organisation": organisation, "name": one_line(name), "language": language}
    )
    if not made and not person.is_named and is_name(name):
        person.name = one_line(name)
        person.save(update_fields=["name"])
    return person


def speak(person: Person, language: str) -> None:
    """Write to `person` in `language` from now on, and show pages in it where they chose no other; "" changes nothing."""
    if language in dict(settings.LANGUAGES) and person.language != language:
        person.language = language
        person.save(update_fields=["language"])


@transaction.atomic
def set_languages(unit: Unit, by: Person, languages: Iterable[str]) -> Unit:
    """Say in which languages people of `unit` are written to before it is known which one they read.

    Raises DomainError when `by` does not supervise it.
    """
    access.must_supervise(by, unit)
    chosen = set(languages)
    unit.languages = [code for code, _name in settings.LANGUAGES if code in chosen]
    unit.save(update_fields=["languages"])
    return unit


@transaction.atomic
def first_start() -> str | None:
    """Make the first organisation and its first supervisor, once.

    Returns the token of a link that signs the first supervisor in, as long as they have not told their name yet;
    None when somebody has already set the installation up.
    """
    organisation = Organisation.objects.order_by("pk").first()
    if organisation is None:
        organisation = Organisation.objects.create(name="")
        person = Person.objects.create(organisation=organisation, email=None)
        for kind in (Role.Kind.ADMINISTRATOR, Role.Kind.COORDINATOR):
            give_role(person, kind)
    waiting = Person.objects.filter(email=None, roles__kind=Role.Kind.ADMINISTRATOR).order_by("pk").first()
    return PersonalLink.make(waiting, PersonalLink.Kind.FIRST) if waiting else None


@transaction.atomic
def set_up(person: Person, *, name: str, email: str, organisation_name: str, unit_name: str) -> Unit:
    """The first supervisor tells who they are and names their unit; they become its supervisor.

    Raises DomainError when the address belongs to somebody else.
    """
    address = fold(email)
    if Person.objects.filter(email=address).exclude(pk=person.pk).exists():
        raise DomainError(_("This address is already in use."), field="email")
    person.name, person.email = one_line(name), address
    person.save(update_fields=["name", "email"])
    organisation = person.organisation
    organisation.name = one_line(organisation_name)
    organisation.save(update_fields=["name"])
    return add_unit(person, unit_name)


@transaction.atomic
def set_domains(by: Person, text: str, seen: list[str]) -> Organisation:
    """Say which mail domains are the organisation's own: `text` as `domains.read` takes it, `seen` what stood there before.

    Whoever signs up from now on with a confirmed address there takes part at once. Raises DomainError when `by` may not or
    a domain cannot be used, StaleEdit when somebody else has changed them since.
    """
    if not access.may_set_domains(by):
        raise DomainError(_("Only the coordinator can change this."))
    read = domains.read(text)
    organisation = Organisation.objects.select_for_update().get(pk=by.organisation_id)
    if organisation.mail_domains != seen:
        raise StaleEdit(_("Somebody else changed the domains in between. Look at them and save again."))
    organisation.mail_domains = read
    organisation.save(update_fields=["mail_domains"])
    return organisation


@transaction.atomic
def add_unit(by: Person, name: str) -> Unit:
    """Make a work unit in `by`'s organisation with `by` as its supervisor; raises DomainError on a name in use."""
    clean = one_line(name)
    if Unit.objects.filter(organisation=by.organisation, parent=None, name=clean).exists():
        raise DomainError(_("There is already a unit with this name."), field="name")
    unit = Unit.objects.create(organisation=by.organisation, name=clean)
    give_role(by, Role.Kind.SUPERVISOR, unit)
    return unit


@transaction.atomic
def add_team(unit: Unit, by: Person, name: str) -> Unit:
    """Make a team inside `unit`; raises DomainError when `by` does not supervise it or the name is in use."""
    access.must_supervise(by, unit)
    clean = one_line(name)
    team, made = Unit.objects.get_or_create(organisation=unit.organisation, parent=unit, name=clean)
    if not made:
        raise DomainError(_("There is already a team with this name."), field="name")
    return team


@transaction.atomic
def add_supervisor(unit: Unit, by: Person, *, name: str, email: str) -> tuple[str | None, bool]:
    """Make somebody a fellow supervisor of `unit`.

    Returns the token of a link to hand over where the installation has no mail, else None: they sign in by e-mail; and
    whether a message leaves to them now (not a second time to somebody who is one already). Raises DomainError when `by`
    does not supervise the unit.
    """
    access.must_supervise(by, unit)
    person = person_for_address(unit.organisation, email, name=name, language=by.language)
    if person.organisation_id != unit.organisation_id:
        raise DomainError(_("This address belongs to another organisation."), field="email")
    role = give_role(person, Role.Kind.SUPERVISOR, unit)
    sent = send(
        to=person.email or "",
        kind="supervisor_added",
        language=person.language,
        context={"url": link(reverse("home")), "about": [unit.name]},
        key=f"supervisor_added:{role.pk}",
        reply_to=by.email or "",
    )
    return None if sent or settings.MAIL_ENABLED else hand_over_link(person, by), sent


@transaction.atomic
def hand_over_link(person: Person, by: Person) -> str:
    """Make a link that signs `person` in once, for `by` to show or hand over; the person is told who made it.

    Raises DomainError where a code reaches the person by e-mail, and when the person has anything to do with a unit that
    `by` does not supervise, or a role over the whole organisation: such a link would open to `by` what is not theirs to
    see.
    """
    person.refresh_from_db(fields=["email", "email_refused_at"])
    if way_to(person) is not Way.PAGE:
        raise DomainError(_("No link is needed: people sign in with a code that comes to their e-mail."))
    if not access.may_hand_link(by, person):
        raise DomainError(
            _(
                "This person also belongs to another unit. They sign in with their own link; if it is lost, "
                "whoever looks after this installation can make a new one."
            )
        )
    record_read(by, [person], AccessEntry.What.SIGN_IN_LINK)
    return PersonalLink.make(person, PersonalLink.Kind.HANDED, by=by)


@transaction.atomic
def hand_over_links(people: Iterable[Person], by: Person) -> dict[int, str]:
    """Make a sign-in link, as `hand_over_link` does, for each of `people` for whom that is possible: tokens by person's id."""
    possible = [person for person in people if way_to(person) is Way.PAGE]
    allowed = access.may_be_handed_links(by, [person.pk for person in possible])
    return {person.pk: hand_over_link(person, by) for person in possible if person.pk in allowed}


@transaction.atomic
def own_link(person: Person) -> str:
    """Make a person's own way back in, which ends an older one."""
    return PersonalLink.make(person, PersonalLink.Kind.OWN)


@transaction.atomic
def use_link(token: str) -> Person:
    """Return the person a link signs in; a one-time link is used up by it.

    Raises DomainError with what to do next when the link is unknown, used or expired.
    """
    link = (
        PersonalLink.objects.select_for_update(of=("self",))
        .select_related("person", "made_by")
        .filter(token_hash=PersonalLink.hash_of(token))
        .first()
    )
    if link is None or not link.person.is_active:
        raise DomainError(_("This link is not valid. Ask for a new one."))
    if link.used_at is not None:
        raise DomainError(_("This link has already been used. Ask for a new one."))
    if link.expires_at <= timezone.now():
        raise DomainError(_("This link has expired. Ask for a new one."))
    if link.kind != PersonalLink.Kind.OWN:
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
    if link.kind == PersonalLink.Kind.HANDED and link.made_by:
        record_read(link.made_by, [link.person], AccessEntry.What.SIGN_IN_LINK_USED)
    return link.person


def forget_old_links() -> int:
    """Delete links that ended more than a month ago; returns how many."""
    long_ago = timezone.now() - timedelta(days=30)
    return PersonalLink.objects.filter(Q(used_at__lt=long_ago) | Q(expires_at__lt=long_ago)).delete()[0]
