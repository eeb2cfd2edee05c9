"""`oppipari link`: a way back in for whoever looks after an installation without mail, and where it leads to."""

import os
import sys
from pathlib import Path

# The data folder keeps the address at which the service came up last, so that another process prints links that open there.
ADDRESS_FILE = "address"


def remember_address() -> None:
    """Keep the address that this service's links carry."""
    from django.conf import settings

    (settings.DATA_DIR / ADDRESS_FILE).write_text(f"{settings.SITE_URL}\n", encoding="utf-8")


def address() -> tuple[str, bool]:
    """Where links lead to, and whether it is known: told by the environment, or where the service came up last."""
    from django.conf import settings

    kept = settings.DATA_DIR / ADDRESS_FILE
    if not os.environ.get("SITE_URL") and kept.exists():
        return kept.read_text(encoding="utf-8").strip(), True
    return settings.SITE_URL, bool(os.environ.get("SITE_URL"))


def how_to_return(data: Path) -> list[str]:
    """What a start tells where no code comes by e-mail: the command that makes a way back in."""
    from django.conf import settings

    from oppipari.organisation.queries import supervisors_can_return

    if settings.MAIL_ENABLED:
        return []
    lost = (
        "Everybody signs in with their own link. A new one for somebody who has lost it:"
        if supervisors_can_return()
        else "No supervisor has a link to sign in with. Make one, and keep your own link from your own page then:"
    )
    folder = "" if data == Path("data") else f" --data {data}"
    return [lost, f"  .venv/bin/oppipari link their.address@example.org{folder}"]


def print_link(email: str) -> int:
    """Print a sign-in link for the person with this address; returns the exit status."""
    from oppipari.organisation.models import Person, PersonalLink
    from oppipari.organisation.queries import addresses_of_supervisors

    person = Person.objects.of_address(email)
    if person is None:
        print(f"Nobody here has the address {email}.", file=sys.stderr)
        if known := addresses_of_supervisors():
            print(f"Addresses of supervisors: {', '.join(known)}", file=sys.stderr)
        return 1
    where, known_to_be_so = address()
    print(f"{where}/link/{PersonalLink.make(person, PersonalLink.Kind.HANDED)}/")
    if not known_to_be_so:
        print(
            f"Nobody has said where this Oppipari runs, and it has not run from this data folder. If it is not at {where}, "
            "put its address in place of that, or say it beforehand: SITE_URL=http://127.0.0.1:8001 oppipari link ...",
            file=sys.stderr,
        )
    return 0
