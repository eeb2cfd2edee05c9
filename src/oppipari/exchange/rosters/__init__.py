"""Rosters from spreadsheets and calendars: bytes in, working times out, and what must be asked before they are used.

`read_roster` reads one file (.xlsx, .csv, .ics) into a `RosterReading`. Only working time is kept: a code for sick leave
or holiday is read as "not at work" and is found in nothing that this package gives back.
"""

from oppipari.exchange.rosters.codes import USUAL, Legend, parse_shift
from oppipari.exchange.rosters.gathering import Roster, gather, with_addresses
from oppipari.exchange.rosters.names import NamesFound, find_names
from oppipari.exchange.rosters.reading import read_roster
from oppipari.exchange.rosters.roster import RosterPerson, RosterReading, RosterRemark, UnreadableRoster
from oppipari.scheduling.hours import HELSINKI, Hours, Shift

__all__ = [
    "HELSINKI",
    "USUAL",
    "Hours",
    "Legend",
    "NamesFound",
    "Roster",
    "RosterPerson",
    "RosterReading",
    "RosterRemark",
    "Shift",
    "UnreadableRoster",
    "find_names",
    "gather",
    "parse_shift",
    "read_roster",
    "with_addresses",
]
