"""Hours on the clock, as people write them ("7-15", "21.30–7.30"), and the moments they are on a given day in Finland."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
DAY = 24 * 60

type Shift = tuple[datetime, datetime]

CLOCK = r"(?:(?P<long{0}>\d{{2}})(?P<short{0}>\d{{2}})|(?P<h{0}>\d{{1,2}})(?:[.:](?P<m{0}>\d{{2}}))?(?:[.:]00)?)\s*(?P<half{0}>[ap]\.?m\.?)?(?:\s*h)?"
TO = r"\s*(?:->|-|\bto\b|\btill\b|\bklo\b)\s*(?:klo\s*|kl\.?\s*)?"
RANGE = re.compile(rf"(?<![\d.:])(?:klo\s*|kl\.?\s*)?{CLOCK.format(1)}{TO}{CLOCK.format(2)}(?![\d:])(?!\.\d)")
TIME = re.compile(rf"^(?:klo\s*|kl\.?\s*)?{CLOCK.format(1)}$")
MIDNIGHT = re.compile(r"^1 day,? 0?0:00(:00)?$")
DASHES = str.maketrans("–—−‐‑‒→", "-------")


@dataclass(frozen=True, slots=True, order=True)
class Hours:
    """From when to when on the clock, in minutes after midnight; an `end` not after its `start` is on the next day."""

    start: int
    end: int

    def on(self, day: date) -> Shift | None:
        """The moments of these hours beginning on `day`; None where the change to summer time leaves nothing of them.

        Clock times that summer time skips are read an hour later; of those that come twice, the first.
        """
        start = _moment(day, self.start)
        end = _moment(day, self.end if self.end > self.start else self.end + DAY)
        return (start.astimezone(HELSINKI), end.astimezone(HELSINKI)) if start < end else None

    def text(self, lang: str) -> str:
        """Such as 21.30–7.30 (21:30–7:30 in English)."""
        sign = ":" if lang == "en" else "."
        return "–".join(f"{m // 60}{sign}{m % 60:02}" for m in (self.start, self.end))


def _moment(day: date, minutes: int) -> datetime:
    days, rest = divmod(minutes, DAY)
    return datetime.combine(day + timedelta(days), time(rest // 60, rest % 60), HELSINKI).astimezone(UTC)


def _minutes(match: re.Match[str], which: int) -> int | None:
    """Minutes after midnight of a clock time (24 for a midnight that ends a day); None where there is no such time."""
    hour = int(match[f"long{which}"] or match[f"h{which}"])
    minute = int(match[f"short{which}"] or match[f"m{which}"] or 0)
    half = match[f"half{which}"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    return hour * 60 + minute if (hour < 24 and minute < 60) or (hour, minute) == (24, 0) else None


def plain(text: str) -> str:
    """A text for reading: normalised, without case, runs of white space as one space, every dash a hyphen."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).translate(DASHES)


def read_time(text: str) -> int | None:
    """Minutes after midnight from "7", "7.30", "07:30", "0730" or "7 am"; None from anything else."""
    written = plain(text)
    if MIDNIGHT.match(written):  # what Excel makes of 24:00 in a column of times
        return DAY
    match = TIME.match(written)
    return _minutes(match, 1) if match else None


def find_hours(text: str) -> tuple[tuple[Hours, ...] | None, str]:
    """The hours in a text such as "A 7-11, 15-19", and what is left of it ("a").

    () where there are none; None where they cannot be: no such time, no length, or one part beginning before the one
    before it ended.
    """
    written = plain(text)
    result: list[Hours] = []
    for match in RANGE.finditer(written):
        start, end = _minutes(match, 1), _minutes(match, 2)
        if start is None or end is None or start in (end, DAY):
            return None, ""
        if result and (start < result[-1].end or result[-1].end <= result[-1].start):
            return None, ""
        result.append(Hours(start, end))
    rest = RANGE.sub(" ", written) if result else written
    if result:
        rest = re.sub(r"\b(ja|och|and|sekä|klo)\b|[,;/+&|]", " ", rest)
    return tuple(result), " ".join(rest.split())


def hours_of(start: int, end: int) -> Hours | None:
    """Hours from two clock times; None where they are the same."""
    return Hours(start % DAY, end) if start % DAY != end % DAY else None
