"""Which unit an address reads, and whether a unit has one."""

from oppipari.organisation.models import Unit
from oppipari.organisation.reading.models import ReadingAddress


def unit_read_at(secret: str) -> Unit | None:
    """The unit that the secret opens; one query on an index, the same for every wrong secret."""
    found = ReadingAddress.objects.select_related("unit").filter(address_hash=ReadingAddress.hash_of(secret)).first()
    return found.unit if found else None


def has_address(unit: Unit | int) -> bool:
    """Whether the unit can be read without an account just now."""
    return ReadingAddress.objects.filter(unit=unit).exists()
