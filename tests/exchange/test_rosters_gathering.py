"""Several rosters as one, and names that find their addresses."""

from tests.exchange.rosters import codes, read, shown

from oppipari.exchange.rosters import RosterReading, gather, with_addresses


def week(day: str, *people: tuple[str, str, str], name: str = "lista.csv") -> RosterReading:
    """A roster of one day: (address, name, cell) of everybody; without addresses where none is given."""
    addressed = any(email for email, _name, _cell in people)
    head = ["Sähköposti"] if addressed else []
    return read(
        [[*head, "Nimi", day, "1.1.2027"], *([*([e] if addressed else []), n, c, "V"] for e, n, c in people)], name
    )


AINO = ("a@example.org", "Aino Laine", "A")


def test_the_same_person_in_two_files_is_one() -> None:
    roster = gather(
        [week("23.11.2026", AINO), week("24.11.2026", AINO, ("b@example.org", "Bo Berg", "I"), name="b.csv")]
    )
    assert [p.email for p in roster.people] == ["a@example.org", "b@example.org"]
    assert shown(roster.people[0].shifts) == ["23.11. 07:00-15:00", "24.11. 07:00-15:00"]
    assert len(roster.people[0].dates) == 3
    assert (roster.first.isoformat(), roster.last.isoformat()) == ("2026-11-23", "2027-01-01")


def test_a_name_in_one_file_is_the_address_in_another() -> None:
    roster = gather([week("23.11.2026", ("", "Aino Laine", "A")), week("24.11.2026", AINO, name="b.csv")])
    assert [(p.email, len(p.shifts)) for p in roster.people] == [("a@example.org", 2)]


def test_two_people_of_one_name_are_not_mixed() -> None:
    same = week("24.11.2026", AINO, ("a2@example.org", "Aino Laine", "I"), name="b.csv")
    roster = gather([week("23.11.2026", ("", "Aino Laine", "A")), same])
    assert [(p.email, len(p.shifts)) for p in roster.people] == [("", 1), ("a@example.org", 1), ("a2@example.org", 1)]


def test_different_shifts_for_the_same_days_are_said() -> None:
    differing = gather([week("23.11.2026", AINO), week("23.11.2026", (*AINO[:2], "15-19"), name="b.csv")])
    assert shown(differing.people[0].shifts) == ["23.11. 07:00-19:00"]
    assert [r.file for r in differing.remarks if r.code == "person_in_files"] == ["b.csv"]
    equal = gather([week("23.11.2026", AINO), week("23.11.2026", AINO, name="b.csv")])
    assert "person_in_files" not in [r.code for r in equal.remarks]


def test_names_find_the_one_address_that_is_made_of_them() -> None:
    reading = week(
        "23.11.2026",
        ("", "Päivi Mäki", "A"),
        ("", "Lind, Åsa", "A"),
        ("", "Kim Ek", "A"),
        ("", "Bo Berg", "A"),
        ("", "Madonna", "A"),
    )
    wanted = [
        "paivi.maki@example.org",
        "asa_lind2@example.org",
        "kim.ek@example.org",
        "ek.kim@example.org",
        "madonna@example.org",
        "b.berg@example.org",
    ]
    roster = with_addresses(gather([reading]), wanted)
    assert {p.name: p.email for p in roster.people} == {
        "Päivi Mäki": "paivi.maki@example.org",
        "Lind, Åsa": "asa_lind2@example.org",
        "Kim Ek": "",  # two addresses fit
        "Bo Berg": "",
        "Madonna": "",  # one word may be anybody
    }
    (said,) = (r for r in roster.remarks if r.code == "matched_by_name")
    assert said.message("fi").endswith("Päivi Mäki = paivi.maki@example.org, Lind, Åsa = asa_lind2@example.org.")
    (perhaps,) = (r for r in roster.remarks if r.code == "perhaps_meant")
    assert perhaps.message("fi").endswith(": Bo Berg = b.berg@example.org.")
    assert "names_only" in codes(reading)


def test_two_of_one_name_and_an_address_that_is_taken_are_left_alone() -> None:
    twice = week("23.11.2026", ("", "Aino Laine", "A"), ("", "Laine Aino", "A"))
    assert {p.email for p in with_addresses(gather([twice]), ["aino.laine@example.org"]).people} == {""}
    taken = week("23.11.2026", ("aino.laine@example.org", "A. Laine", "A"), ("", "Aino Laine", "A"))
    assert [p.email for p in with_addresses(gather([taken]), ["aino.laine@example.org"]).people] == [
        "aino.laine@example.org",
        "",
    ]
