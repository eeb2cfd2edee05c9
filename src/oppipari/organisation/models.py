"""Who there is: organisations, units, people, their roles; personal links; who looked at whose data."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from oppipari.organisation.reading.models import ReadingAddress as ReadingAddress
from oppipari.organisation.text import fold, is_name


class Organisation(models.Model):
    name = models.CharField(_("organisation"), max_length=120)
    # Whose addresses are the organisation's own people's, as `domains.read` gives them; with none, everybody who is not
    # invited waits for the supervisor.
    mail_domains = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A work unit, or a team inside one (a team's `parent` is its unit)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(_("work unit"), max_length=120)
    # In which languages the unit is written to before it is known which one a person reads; empty: the supervisor's own.
    languages = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "parent", "name"], name="team_name_once"),
            models.UniqueConstraint(fields=["organisation", "name"], condition=Q(parent=None), name="unit_name_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def written_in(self, own: str) -> list[str]:
        """The languages of a letter to somebody of the unit, where `own` is the language of the one who writes."""
        return [code for code, _name in settings.LANGUAGES if code in self.languages] or [own]


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, email: str | None) -> "Person":
        return self.get(email=fold(email or ""))

    def of_address(self, email: str) -> "Person | None":
        """Return the person with this address, whatever its letters' case."""
        return self.filter(email=fold(email)).first()


class Person(AbstractBaseUser):
    """Someone who signs in. No password: a code by e-mail, or a link handed over."""

    password = None  # type: ignore[assignment]
    # Nor when they were here last: nobody keeps a diary of who came by.
    last_login = None
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="people")
    # Folded; null only for the very first supervisor until the set-up page is answered.
    email = models.EmailField(_("work e-mail"), max_length=254, unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="fi")
    email_confirmed_at = models.DateTimeField(null=True, blank=True)
    # Since when letters to the address come back; null again once one arrives, or with another address.
    email_refused_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = PersonManager()

    def __str__(self) -> str:
        return self.name or self.email or "–"

    @property
    def is_named(self) -> bool:
        """Whether a name is known; people who were invited by their address alone were once called by it."""
        return is_name(self.name)

    @property
    def gets_letters(self) -> bool:
        """Whether letters reach this person, as far as is known: there is mail, an address, and it was not refused."""
        return settings.MAIL_ENABLED and bool(self.email) and self.email_refused_at is None

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.email is not None:
            self.email = fold(self.email) or None
        super().save(*args, **kwargs)

    # Passwords do not exist here; Django's and allauth's sign-in code asks all the same.
    def set_unusable_password(self) -> None: ...

    def has_usable_password(self) -> bool:
        return False

    def check_password(self, raw_password: str | None) -> bool:
        return False

    def get_session_auth_hash(self) -> str:
        """Bind sessions to the person. Not to the address: it becomes theirs only when the supervisor confirms them."""
        return hmac.new(settings.SECRET_KEY.encode(), f"session:{self.pk}".encode(), "sha256").hexdigest()

    def get_session_auth_fallback_hash(self) -> Any:
        yield from ()

    @property
    def is_staff(self) -> bool:
        return False

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return False


class Role(models.Model):
    """What a person may do beyond their own things; being a participant follows from a sign-up, not from a role."""

    class Kind(models.TextChoices):
        MEMBER = "member", _("unit member")
        SUPERVISOR = "supervisor", _("supervisor")
        COORDINATOR = "coordinator", _("coordinator")
        ADMINISTRATOR = "administrator", _("administrator")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=20, choices=Kind)
    # Null for roles over the whole organisation.
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.CASCADE, related_name="roles")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "unit"], name="unit_role_once"),
            models.UniqueConstraint(fields=["person", "kind"], condition=Q(unit=None), name="wide_role_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["member", "supervisor"], unit__isnull=False)
                | Q(kind__in=["coordinator", "administrator"], unit__isnull=True),
                name="role_has_its_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"


class PersonalLinkQuerySet(models.QuerySet["PersonalLink"]):
    def usable(self) -> Self:
        return self.filter(used_at=None, expires_at__gt=timezone.now())


class PersonalLink(models.Model):
    """A secret address that signs one person in; only its hash is stored.

    `HANDED` links are made by a supervisor for somebody and work once; `OWN` links are a person's own way back on an
    installation without mail and work until they expire or are renewed; `FIRST` is the one printed at the first start.
    """

    class Kind(models.TextChoices):
        FIRST = "first"
        HANDED = "handed"
        OWN = "own"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=10, choices=Kind)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    objects = PersonalLinkQuerySet.as_manager()

    LIFETIMES = {
        Kind.FIRST: timedelta(days=1),
        Kind.HANDED: timedelta(days=14),
        Kind.OWN: timedelta(days=400),
    }

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    @classmethod
    def make(cls, person: Person, kind: "PersonalLink.Kind", by: Person | None = None) -> str:
        """Make a link for `person` and return its token, which is stored nowhere; older links of the kind end."""
        token = secrets.token_urlsafe(32)
        cls.objects.filter(person=person, kind=kind).delete()
        cls.objects.create(
            person=person,
            kind=kind,
            token_hash=cls.hash_of(token),
            made_by=by,
            expires_at=timezone.now() + cls.LIFETIMES[kind],
        )
        return token


class AccessEntry(models.Model):
    """Someone read something of somebody else's: shown to the person whose data it was."""

    class What(models.TextChoices):
        SIGN_UP = "sign_up", _("your sign-up")
        PAIR = "pair", _("your pair")
        GOALS = "goals", _("your goals")
        MEETINGS = "meetings", _("your meeting times")
        SIGN_IN_LINK = "sign_in_link", _("made a sign-in link for you")
        SIGN_IN_LINK_USED = "sign_in_link_used", _("a sign-in link handed over to you was used")
        ADDRESS = "address", _("corrected your address")
        JOINED = "joined", _("said that a sign-up was yours")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="accesses")
    reader = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    what = models.CharField(max_length=20, choices=What)
    # One row a day, reader and thing: enough to know who looked, without a diary of the reader's day.
    day = models.DateField()

    class Meta:
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint(fields=["person", "reader", "what", "day"], name="access_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.what}"
