"""Hints at what in a text may tell of one person: a name, a client, a diagnosis, a date. Pure; nothing leaves the machine.

>>> [(hint.kind.value, hint.words) for hint in find_hints("Kysyin Pekalta huoneessa 12.")]
[('name', 'Pekalta'), ('client', 'huoneessa 12')]
"""

from oppipari.personal_data_hints.finding import Hint, Kind, find_hints, find_hints_in

__all__ = ["Hint", "Kind", "find_hints", "find_hints_in"]
