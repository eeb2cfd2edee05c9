"""Quiet hours are read as people write them, by the form and the command line alike."""

import pytest

from oppipari.scheduling.quiet_hours import is_turned, read_quiet


@pytest.mark.parametrize(
    ("text", "days", "hours"),
    [
        ("Mon 07:00-09:00", {0}, [("07:00", "09:00")]),
        ("ma 7-9", {0}, [("07:00", "09:00")]),
        ("maanantaisin klo 7.00–9.00", {0}, [("07:00", "09:00")]),
        ("måndagar kl. 7-9", {0}, [("07:00", "09:00")]),
        ("Mon-Fri 7:00-9:00", {0, 1, 2, 3, 4}, [("07:00", "09:00")]),
        ("ma–pe 7-9", {0, 1, 2, 3, 4}, [("07:00", "09:00")]),
        ("pe-ma 7-9", {4, 5, 6, 0}, [("07:00", "09:00")]),
        ("to 7-9", {3}, [("07:00", "09:00")]),
        ("ti, to ja la 7-9", {1, 3, 5}, [("07:00", "09:00")]),
        ("mån och tors 7-9, 15-16", {0, 3}, [("07:00", "09:00"), ("15:00", "16:00")]),
        ("daily 12-13", set(), [("12:00", "13:00")]),
        ("joka päivä 12-13", set(), [("12:00", "13:00")]),
        ("varje dag 12-13", set(), [("12:00", "13:00")]),
        ("12-13", set(), [("12:00", "13:00")]),
        ("arkisin 7-9", {0, 1, 2, 3, 4}, [("07:00", "09:00")]),
        ("viikonloppuisin 7-9", {5, 6}, [("07:00", "09:00")]),
        ("Sun 22:00-06:00", {6}, [("22:00", "06:00")]),
        ("joka päivä 18-12", set(), [("18:00", "12:00")]),
        ("ma 14-0", {0}, [("14:00", "00:00")]),
        ("joka päivä 0-24", set(), [("00:00", "12:00"), ("12:00", "00:00")]),
        ("daily 0-24", set(), [("00:00", "12:00"), ("12:00", "00:00")]),
        ("varje dag 0-24", set(), [("00:00", "12:00"), ("12:00", "00:00")]),
        ("su 0-24", {6}, [("00:00", "12:00"), ("12:00", "00:00")]),
        ("mån, ons och fre kl 7.00-9.00", {0, 2, 4}, [("07:00", "09:00")]),
        ("la ja su 7.00 – 9.00", {5, 6}, [("07:00", "09:00")]),
        ("maanantaina, keskiv. ja perj. 7-9", {0, 2, 4}, [("07:00", "09:00")]),
        ("Mo-Th at 7-9", {0, 1, 2, 3}, [("07:00", "09:00")]),
        ("on Mondays 7-9", {0}, [("07:00", "09:00")]),
        ("on 7-9", {2}, [("07:00", "09:00")]),
    ],
)
def test_quiet_hours_are_read_as_people_write_them_in_three_languages(
    text: str, days: set[int], hours: list[tuple[str, str]]
) -> None:
    found = read_quiet(text)
    assert {q.weekdays for q in found} == {frozenset(days)}
    assert [(f"{q.start:%H:%M}", f"{q.end:%H:%M}") for q in found] == hours
    assert not any(map(is_turned, found))


@pytest.mark.parametrize(
    "text",
    ["", "ma", "ma-pe", "foo 7-9", "matkat 7-9", "ma 7", "ma-foo 7-9", "ma 9-9", "7-9 Aino", "ma 25-26", "ma 7.75-9"],
)
def test_what_are_no_quiet_hours_is_not_guessed(text: str) -> None:
    assert read_quiet(text) == ()
