"""A person's calendar as a roster."""

from datetime import date, datetime
from itertools import pairwise

import pytest
from dateutil.rrule import rrulestr
from tests.exchange.rosters import codes, read, shifts_of, shown

from oppipari.exchange.rosters import RosterReading, UnreadableRoster
from oppipari.exchange.rosters.calendars import read_calendar
from oppipari.exchange.rosters.repeating import is_followed


def calendar(*events: str, head: str = "") -> bytes:
    body = "".join(f"BEGIN:VEVENT\nUID:{n}\n{e}\nEND:VEVENT\n" for n, e in enumerate(events))
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{body}END:VCALENDAR\n".replace("\n", "\r\n").encode()


def event(start: str, end: str, *more: str, zone: str = "Europe/Helsinki") -> str:
    return "\n".join([f"DTSTART;TZID={zone}:{start}", f"DTEND;TZID={zone}:{end}", *more])


def shifts(*events: str, name: str = "aino.laine@example.org.ics") -> list[str]:
    return shown(read(calendar(*events), name).people[0].shifts)


MORNING = event("20261123T070000", "20261123T150000", "SUMMARY:A")
NIGHT = event("20261124T213000", "20261125T073000", "SUMMARY:Y")


def test_timed_events_are_working_time() -> None:
    reading = read(calendar(MORNING, NIGHT), "aino.laine@example.org.ics")
    assert shifts_of(reading, "aino.laine@example.org") == ["23.11. 07:00-15:00", "24.11. 21:30-25.11. 07:30"]
    assert len(reading.people[0].dates) == 2
    assert "SUMMARY" not in repr(reading)


@pytest.mark.parametrize(
    "times",
    [
        "DTSTART:20261123T050000Z\nDTEND:20261123T130000Z",
        "DTSTART:20261123T070000\nDTEND:20261123T150000",
        "DTSTART;TZID=FLE Standard Time:20261123T070000\nDTEND;TZID=FLE Standard Time:20261123T150000",
        "DTSTART;TZID=Europe/Stockholm:20261123T060000\nDURATION:PT8H",
    ],
)
def test_zones_and_lengths_are_read(times: str) -> None:
    assert shifts(times) == ["23.11. 07:00-15:00"]


@pytest.mark.parametrize(
    "other",
    [
        "DTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261125",
        event("20261124T070000", "20261124T150000", "TRANSP:TRANSPARENT"),
        event("20261124T070000", "20261124T150000", "STATUS:CANCELLED"),
        event("20261124T070000", "20261124T070000"),
    ],
)
def test_whole_days_free_time_and_cancelled_events_are_no_work(other: str) -> None:
    assert shifts(MORNING, other) == ["23.11. 07:00-15:00"]


@pytest.mark.parametrize(
    "title",
    ["SL", "Sairausloma", "VL", "Kesäloma", "sjukledig", "Semester", "Sick leave", "Annual leave", "vapaapäivä"],
)
def test_being_away_is_no_work_and_its_title_is_forgotten(title: str) -> None:
    reading = read(
        calendar(MORNING, event("20261124T070000", "20261124T150000", f"SUMMARY:{title}")), "a@example.org.ics"
    )
    assert shown(reading.people[0].shifts) == ["23.11. 07:00-15:00"]
    assert reading.away == 1
    assert title.casefold() not in repr(reading).casefold().replace("roster", "")


@pytest.mark.parametrize(
    "title",
    ["Sairaanhoitaja, aamu", "Sairaala", "Kuntoutusosasto", "Lääkärinkierto", "Sjukskötare", "Sjukhuset", "Maternity ward", "lomasijainen", "Äitiyspoli", "vapaaehtoistyö", "A"],
)  # fmt: skip
def test_words_of_care_work_are_work(title: str) -> None:
    assert shifts(event("20261123T070000", "20261123T150000", f"SUMMARY:{title}")) == ["23.11. 07:00-15:00"]


@pytest.mark.parametrize(
    ("away", "left"),
    [
        (event("20261124T070000", "20261124T150000", "SUMMARY:Sairausloma"), ["23.11. 07:00-15:00"]),
        (event("20261124T110000", "20261124T150000", "SUMMARY:sjuk"), ["23.11. 07:00-15:00", "24.11. 07:00-11:00"]),
        (
            "DTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261126\nSUMMARY:Loma\nTRANSP:TRANSPARENT",
            ["23.11. 07:00-15:00"],
        ),
        ("DTSTART;VALUE=DATE:20261124\nSUMMARY:Sick leave", ["23.11. 07:00-15:00"]),
    ],
)
def test_being_away_takes_out_the_shifts_it_lies_over(away: str, left: list[str]) -> None:
    planned = event("20261124T070000", "20261124T150000", "SUMMARY:A")
    assert shifts(MORNING, planned, away) == left
    assert shifts(away, planned, MORNING) == left


def test_out_of_office_is_no_work() -> None:
    out = event("20261124T070000", "20261124T150000", "X-MICROSOFT-CDO-BUSYSTATUS:OOF")
    assert shifts(MORNING, out) == ["23.11. 07:00-15:00"]


def test_repeating_events_keep_their_local_hour_over_summer_time() -> None:
    weekly = event("20261019T070000", "20261019T150000", "RRULE:FREQ=WEEKLY;COUNT=3")
    reading = read(calendar(weekly), "a@example.org.ics")
    assert [f"{s:%d.%m. %H:%M %z}" for s, _e in reading.people[0].shifts] == [
        "19.10. 07:00 +0300", "26.10. 07:00 +0200", "02.11. 07:00 +0200",
    ]  # fmt: skip


def test_exceptions_moves_and_ends_of_repetitions_are_kept() -> None:
    daily = event(
        "20261123T070000", "20261123T150000", "RRULE:FREQ=DAILY;UNTIL=20261127T050000Z",
        "EXDATE;TZID=Europe/Helsinki:20261124T070000",
    )  # fmt: skip
    moved = "RECURRENCE-ID;TZID=Europe/Helsinki:20261125T070000\n" + event("20261125T140000", "20261125T220000")
    data = calendar(daily, moved).replace(b"UID:1", b"UID:0")
    reading = read(data, "a@example.org.ics")
    assert shown(reading.people[0].shifts) == [
        "23.11. 07:00-15:00", "25.11. 14:00-22:00", "26.11. 07:00-15:00", "27.11. 07:00-15:00",
    ]  # fmt: skip


def test_endless_repetitions_end_and_strange_ones_are_said() -> None:
    reading = read(calendar(event("20261123T070000", "20261123T150000", "RRULE:FREQ=DAILY")), "a@example.org.ics")
    assert 365 <= len(reading.people[0].shifts) <= 371
    never = read(
        calendar(event("20261123T070000", "20261123T150000", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")),
        "a@example.org.ics",
    )
    assert len(never.people[0].shifts) == 1
    strange = read(calendar(event("20261123T070000", "20261123T150000", "RRULE:FREQ=SECONDLY")), "a@example.org.ics")
    assert len(strange.people[0].shifts) == 1
    assert codes(strange) == ["recurrence"]


FOLLOWED = [
    "FREQ=DAILY",
    "FREQ=DAILY;INTERVAL=6;BYDAY=SA",
    "FREQ=DAILY;INTERVAL=2;BYMONTH=1,12",
    "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH;WKST=MO",
    "freq=weekly;byday=fr;byhour=7;byminute=30",
    "FREQ=WEEKLY;BYMONTH=2",
    "FREQ=MONTHLY;BYDAY=1MO,-1FR",
    "FREQ=MONTHLY;BYDAY=5SU",
    "FREQ=MONTHLY;BYMONTHDAY=-1,28",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;INTERVAL=2",
    "FREQ=MONTHLY;COUNT=3;UNTIL=20270101T000000Z",
]


@pytest.mark.parametrize("rule", FOLLOWED)
def test_rules_that_are_followed_fit_a_day_soon(rule: str) -> None:
    assert is_followed(rule)
    times = rrulestr(rule.partition(";COUNT")[0], dtstart=datetime(2026, 11, 30, 7)).between(
        datetime(2026, 1, 1), datetime(2036, 1, 1)
    )
    assert times
    assert all((b - a).days < 800 for a, b in pairwise(times))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=2;BYDAY=MO",
        "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=5MO",
        "FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2",
        "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=5",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=YEARLY",
        "FREQ=HOURLY",
        "FREQ=SECONDLY",
        "BYDAY=MO",
        "",
    ],
)
def test_rules_that_may_fit_no_day_for_millennia_are_not_followed(rule: str) -> None:
    assert not is_followed(rule)


def within(data: bytes, first: date, last: date) -> list[str]:
    reading = read_calendar("a@example.org.ics", data, (first, last))
    assert all(first <= d <= last for d in reading.people[0].dates)
    return shown(reading.people[0].shifts)


def test_days_that_are_asked_for_are_read_however_long_ago_it_began() -> None:
    old = event("20230102T070000", "20230102T150000", "RRULE:FREQ=WEEKLY")
    daily = event("20230103T220000", "20230104T060000", "RRULE:FREQ=DAILY;COUNT=1421")  # to 23.11.2026
    data = calendar(
        old, daily, event("20261201T070000", "20261201T150000"), event("20270301T070000", "20270301T150000")
    )
    assert within(data, date(2026, 11, 23), date(2026, 12, 1)) == [
        "23.11. 07:00-15:00", "23.11. 22:00-24.11. 06:00", "30.11. 07:00-15:00", "01.12. 07:00-15:00",
    ]  # fmt: skip
    with pytest.raises(UnreadableRoster):
        within(data, date(2022, 1, 1), date(2022, 2, 1))
    holiday = "DTSTART;VALUE=DATE:20261120\nDTEND;VALUE=DATE:20261128\nSUMMARY:Vuosiloma"
    assert within(calendar(old, holiday), date(2026, 11, 23), date(2026, 12, 1)) == ["30.11. 07:00-15:00"]


def test_many_repetitions_from_long_ago_are_too_many() -> None:
    old = [event("20220103T070000", "20220103T150000", "RRULE:FREQ=WEEKLY")] * 200
    with pytest.raises(UnreadableRoster) as refused:
        within(calendar(*old), date(2026, 11, 23), date(2027, 11, 23))
    assert refused.value.code == "too_many_events"
    older = event("19900101T070000", "19900101T150000", "RRULE:FREQ=WEEKLY")
    reading = read_calendar("", calendar(older, MORNING), (date(2026, 11, 23), date(2026, 12, 1)))
    assert codes(reading) == ["recurrence", "person_of_file"]


def test_events_longer_than_a_day_are_no_shifts() -> None:
    reading = read(calendar(MORNING, event("20261124T070000", "20261126T150000")), "a@example.org.ics")
    assert shown(reading.people[0].shifts) == ["23.11. 07:00-15:00"]
    assert codes(reading) == ["long_event"]


@pytest.mark.parametrize(
    ("name", "head", "more", "who", "said"),
    [
        ("aino.laine@example.org.ics", "", "", ("aino.laine@example.org", "aino.laine@example.org"), []),
        ("vuorot.ics", "X-WR-CALNAME:Aino Laine\n", "", ("", "Aino Laine"), []),
        ("vuorot.ics", "X-WR-CALNAME:Aino.Laine@example.org\n", "", ("aino.laine@example.org", "aino.laine@example.org"), []),
        ("vuorot.ics", "", "ATTENDEE;CN=Aino Laine:mailto:aino@example.org", ("aino@example.org", "Aino Laine"), []),
        ("vuorot.ics", "", "ORGANIZER;CN=Aino Laine:mailto:aino@example.org", ("aino@example.org", "Aino Laine"), ["person_of_organiser"]),
        ("Aino_Laine.ics", "", "", ("", "Aino Laine"), ["person_of_file"]),
    ],
)  # fmt: skip
def test_whose_calendar_it_is(name: str, head: str, more: str, who: tuple[str, str], said: list[str]) -> None:
    reading: RosterReading = read(
        calendar(event("20261123T070000", "20261123T150000", *filter(None, [more])), head=head), name
    )
    assert (reading.people[0].email, reading.people[0].name) == who
    assert codes(reading) == said


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"BEGIN:VCALENDAR\r\nnonsense", "bad_calendar"),
        (calendar(), "no_events"),
        (calendar("DTSTART;VALUE=DATE:20261124"), "no_events"),
        (calendar(*["DTSTART:20261124T070000"] * 5001), "too_many_events"),
        (calendar(*[event("20261123T070000", "20261123T150000", "RRULE:FREQ=DAILY")] * 60), "too_many_events"),
    ],
)
def test_a_calendar_that_tells_nothing_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(UnreadableRoster) as refused:
        read(data, "a.ics")
    assert refused.value.code == code
    assert all("a.ics" in refused.value.sentence(lang) for lang in ("fi", "sv", "en"))
