"""An adversary who knows every released figure and one respondent's own answer works out nobody else's."""

import itertools
import random

import pytest

from oppipari.disclosure import Figure, Rules, release, release_texts


def figure(values: list[int | None], rules: Rules | None = None) -> Figure:
    found = release([{"q": v} for v in values], ["q"], rules)
    return found.items.get("q", Figure())


def consistent(f: Figure, answers: tuple[int, ...]) -> bool:
    """Whether a full list of answers would show the same as what was released: straight from the definition."""
    n = len(answers)
    if f.n != n:
        return False
    mean = int(10 * sum(answers) / n + 0.5 + 1e-9) / 10
    if f.mean is not None and abs(mean - f.mean) > 1e-9:
        return False
    if f.at_least is not None and mean < f.at_least - 1e-9:
        return False
    if f.at_most is not None and mean > f.at_most + 1e-9:
        return False
    return f.distribution is None or all(sum(c.low <= a <= c.high for a in answers) == c.count for c in f.distribution)


def exposed(f: Figure, values: list[int]) -> bool:
    """Whether somebody's answer follows for a respondent who knows their own, by trying all lists of answers."""
    if f.withheld:
        return False
    n = len(values)
    for own in set(values):
        # Others without order: multisets of n - 1 answers; all of one value in every one that fits means exposed.
        fits = [o for o in itertools.combinations_with_replacement(range(1, 6), n - 1) if consistent(f, (own, *o))]
        assert fits
        if len({v for o in fits for v in o}) < 2:
            return True
    return False


def rounds(seed: int, count: int) -> list[list[int]]:
    r = random.Random(seed)
    found = []
    for _ in range(count):
        n = r.randint(2, 11)
        middle = r.choice([1, 3, 4, 5, 5])
        found.append([min(5, max(1, middle + r.choice([-1, 0, 0, 0, 0, 1]))) for _ in range(n)])
    return found


@pytest.mark.parametrize("seed", range(5))
def test_nobody_can_be_worked_out(seed: int) -> None:
    shown = 0
    for values in rounds(seed, 60):
        f = figure(list(values))
        assert not exposed(f, values), values
        shown += not f.withheld
    assert shown > 10


def test_without_stepping_back_the_adversary_wins() -> None:
    careless = Rules(intervals=False)
    assert any(exposed(figure(list(v), careless), v) for v in rounds(0, 60) if len(v) >= 5)


def test_without_a_minimum_the_adversary_wins() -> None:
    careless = Rules(least_for_mean=2, intervals=False, threshold_each=False)
    assert exposed(figure([2, 4], careless), [2, 4])


def test_unanimity_is_not_told() -> None:
    for same in (1, 5):
        for n in (5, 6, 9, 20):
            f = figure([same] * n)
            assert f.mean is None
            assert not exposed(f, [same] * n) if n < 10 else True
    assert figure([5] * 40).at_least == 4.2
    assert figure([5] * 12).at_least == 4.2
    assert figure([1] * 12).at_most == 1.8


def test_one_dissenter_learns_nothing_of_the_others() -> None:
    f = figure([5, 5, 5, 5, 4])
    assert f.mean is None
    assert not exposed(f, [5, 5, 5, 5, 4])


def test_few_answers_show_nothing_at_all() -> None:
    found = release([{"a": 3, "b": 4}] * 4, ["a", "b"])
    assert found.too_few
    assert found.items == {}


def test_an_item_that_few_answered_is_withheld_while_others_are_shown() -> None:
    sheets: list[dict[str, int | None]] = [
        {"a": v, "b": v if i < 3 else None} for i, v in enumerate([1, 2, 3, 4, 5, 3])
    ]
    found = release(sheets, ["a", "b"])
    assert found.items["a"].mean == 3.0
    assert found.items["b"] == Figure()


def test_a_distribution_needs_eight_and_joins_what_is_lonely() -> None:
    assert figure([1, 2, 3, 4, 5, 3, 2]).distribution is None
    f = figure([1, 2, 2, 3, 3, 4, 4, 5, 5, 2])
    assert f.distribution is not None
    assert sum(c.count for c in f.distribution) == f.n == 10
    lonely = figure([5] * 9 + [4])
    assert lonely.distribution is None or all(c.low != c.high or c.count < 9 for c in lonely.distribution)


def test_most_units_with_eight_answers_see_something() -> None:
    r = random.Random(4)
    seen = 0
    for _ in range(60):
        values: list[int | None] = [min(5, max(1, round(r.gauss(4, 0.9)))) for _ in range(r.randint(8, 14))]
        seen += not figure(values).withheld
    assert seen >= 48


def test_open_answers_come_only_from_eight_and_in_random_order() -> None:
    texts = [f"text {i}" for i in range(9)]
    assert release_texts(texts[:7], 7, random.Random(1)) == []
    shuffled = release_texts(texts, 9, random.Random(1))
    assert sorted(shuffled) == texts
    assert shuffled != texts


def test_without_the_rule_open_answers_tell_who_wrote_them() -> None:
    texts = [f"text {i}" for i in range(9)]
    assert release_texts(texts, 9, random.Random(1), Rules(shuffles=False)) == texts
    assert release_texts(texts[:1], 1, random.Random(1), Rules(least_for_texts=1)) == texts[:1]


def test_an_answer_outside_the_scale_is_an_error() -> None:
    with pytest.raises(ValueError, match="outside the scale"):
        figure([6, 1, 1, 1, 1])
