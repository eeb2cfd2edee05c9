"""Single answers as people write them."""

import pytest

from oppipari.exchange.answers import is_any_time, read_slots, read_stage, read_way
from oppipari.exchange.columns import Field, by_heading


@pytest.mark.parametrize(
    ("written", "slots"),
    [
        ("ma aamu", (0,)),
        ("to yö", (11,)),
        ("maanantai-iltavuoro", (1,)),
        ("Tue night", (5,)),
        ("on kväll", (7,)),
        ("ma–pe aamu", (0, 3, 6, 9, 12)),
        ("arkisin illalla", (1, 4, 7, 10, 13)),
        ("Mon to Fri mornings", ()),  # "to" is Thursday in Finnish: better asked again than guessed
        ("aamu", ()),
        ("kun ehdin", ()),
    ],
)
def test_working_times(written: str, slots: tuple[int, ...]) -> None:
    assert read_slots(written) == slots


def test_any_time() -> None:
    assert is_any_time("Milloin vain!")
    assert not is_any_time("milloin ehdin")


@pytest.mark.parametrize(
    ("written", "stage"),
    [
        ("Kokenut konkari", "experienced"),
        ("Keskivaiheilla", "mid"),
        ("I början", "early"),
        ("inexperienced", "early"),
        ("oerfaren", "early"),
        ("not very experienced", None),
        ("eläkkeellä kohta", None),
        ("any", None),
    ],
)
def test_stages(written: str, stage: str | None) -> None:
    assert read_stage(written) == stage


@pytest.mark.parametrize(
    ("written", "way"),
    [("Kumpi vain", "either"), ("På Teams", "teams"), ("Face to face", "face_to_face"), ("Ei väliä", "either"), ("Germany", None)],
)  # fmt: skip
def test_ways(written: str, way: str | None) -> None:
    assert read_way(written) == way


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("2. Etu- ja sukunimi *", Field.NAME),
        ("Q3: Work e-mail", Field.EMAIL),
        ("Lähiesihenkilö", Field.SUPERVISOR),
        ("Esihenkilön sähköposti", Field.SUPERVISOR),
        ("Osaamiseni", Field.SHARES),
        ("Mitä voisit opettaa muille?", Field.SHARES),
        ("Missä haluaisit kehittyä?", Field.WANTS),
        ("Arbetspass", Field.SLOTS),
        ("Career phase", Field.STAGE),
        ("Kenen kanssa et halua pariksi?", Field.EXCLUSION),
        ("Montako aktoria voit ottaa?", Field.CAPACITY),
        ("Where are you located?", None),
        ("Äidinkieli", None),
        ("Job title", None),
    ],
)
def test_headings_worded_in_many_ways(heading: str, field: Field | None) -> None:
    assert by_heading(heading) == field
