"""Which rules of repetition (RFC 5545, 3.3.10) are followed: those that shifts have, and that surely fit some day soon.

dateutil looks for the next day that fits up to the year 9999, also past a rule's end: a rule that fits no day, such as one of
30 February, takes seconds, and a calendar may hold thousands. So only parts are taken of which that cannot be.
"""

import re

WEEKDAYS = "MO|TU|WE|TH|FR|SA|SU"
DAYS = re.compile(rf"(?:{WEEKDAYS})(?:,(?:{WEEKDAYS}))*")
# "1MO", "-1FR": the first Monday, the last Friday of a month.
DAYS_OF_MONTH = re.compile(rf"[+-]?[1-5]?(?:{WEEKDAYS})(?:,[+-]?[1-5]?(?:{WEEKDAYS}))*")
DATES = re.compile(r"[+-]?(?:[1-9]|1\d|2[0-8])(?:,[+-]?(?:[1-9]|1\d|2[0-8]))*")
MONTHS = re.compile(r"0?(?:[1-9]|1[0-2])(?:,0?(?:[1-9]|1[0-2]))*")
ONE = re.compile(r"\d{1,2}")
ALWAYS = {
    "INTERVAL": re.compile(r"[1-9]\d?"),
    "COUNT": re.compile(r"\d{1,9}"),
    "UNTIL": re.compile(r"\d{8}(?:T\d{6}Z?)?"),
    "WKST": re.compile(WEEKDAYS),
    "BYHOUR": ONE,
    "BYMINUTE": ONE,
    "BYSECOND": ONE,
}
OF_DAYS = {**ALWAYS, "BYDAY": DAYS, "BYMONTH": MONTHS}
OF_MONTHS = {**ALWAYS, "BYDAY": DAYS_OF_MONTH, "BYMONTHDAY": DATES, "BYSETPOS": re.compile(r"[+-]?1")}
PARTS = {"DAILY": OF_DAYS, "WEEKLY": OF_DAYS, "MONTHLY": OF_MONTHS}


def is_followed(rule: str) -> bool:
    """Whether the times of a rule (the text of an RRULE) can be followed."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if part)
    every = parts.pop("FREQ", "")
    known = PARTS.get(every, {})
    if not known or not all(name in known and known[name].fullmatch(value) for name, value in parts.items()):
        return False
    if "BYDAY" in parts and "BYMONTHDAY" in parts:
        return False
    # Every seventh day is always the same weekday.
    return not (every == "DAILY" and "BYDAY" in parts and int(parts.get("INTERVAL", 1)) % 7 == 0)
