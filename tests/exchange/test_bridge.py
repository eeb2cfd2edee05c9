"""From rows to the engine's people: who is excluded, whose supervisor is among them, who is on both sides."""

from oppipari.exchange.bridge import People, gather_people
from oppipari.exchange.reading import read_signups
from oppipari.pairing import Side

HEADINGS = "Email,Name,Your supervisor,Cannot be paired with"


def gathered(*lines: str) -> People:
    return gather_people([read_signups("s.csv", "\n".join((HEADINGS, *lines)).encode())], [None])


def test_exclusions_are_found_by_name_in_any_order_and_by_address() -> None:
    people = gathered(
        'a@example.org,Aino Laine,,"Salo, Eino"',
        "b@example.org,Eino Salo,,",
        "c@example.org,Cia Holm,,aino laine ja b@example.org",
        "d@example.org,Dan Ek,,ei ketään",
    )
    assert set(people.exclusions) == {
        ("a@example.org", "b@example.org"), ("a@example.org", "c@example.org"), ("b@example.org", "c@example.org"),
    }  # fmt: skip
    assert not people.remarks


def test_an_exclusion_of_nobody_here_is_told_by_row() -> None:
    people = gathered("a@example.org,Aino,,Eino Salo; Bo", "b@example.org,Bo,,")
    assert people.exclusions == (("a@example.org", "b@example.org"),)
    assert [(r.row, r.column, r.params) for r in people.remarks] == [
        (2, "Cannot be paired with", {"value": "Eino Salo"})
    ]


def test_the_own_supervisor_is_known_by_name() -> None:
    people = gathered("a@example.org,Aino Laine,LAINE Kari,", "k@example.org,Kari  Laine,,")
    assert {p.key: set(p.supervisors) for p in people.participants} == {
        "a@example.org": {"k@example.org"}, "k@example.org": set(),
    }  # fmt: skip


def test_whoever_is_on_both_sides_is_excluded_in_both_directions() -> None:
    mentors = read_signups("m.csv", f"{HEADINGS}\na@example.org,Aino,,\nb@example.org,Bo,,".encode())
    mentees = read_signups("n.csv", f"{HEADINGS}\na@example.org,Aino,,Bo\nb@example.org,Bo,,".encode())
    people = gather_people([mentors, mentees], [Side.MENTOR, Side.MENTEE])
    keys = {frozenset(pair) for pair in people.exclusions}
    for x, y in (("a", "b"), ("b", "a"), ("a", "a"), ("b", "b")):
        assert frozenset({f"{x}@example.org", f"{y}@example.org (mentee)"}) in keys
    assert people.pairs_of("a@example.org", "b@example.org") == [
        ("a@example.org", "b@example.org (mentee)"), ("a@example.org (mentee)", "b@example.org"),
    ]  # fmt: skip
