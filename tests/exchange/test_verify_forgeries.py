"""Forged plan files, sealed anew: what is untrue is refused, what somebody chose is told before anything else."""

import copy
import csv
import json
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.exchange.forging import Content, command, engine, forged, paired, shown, solved

from oppipari import pairing
from oppipari.exchange.command_line import Refusal
from oppipari.exchange.verify_command import checked
from oppipari.pairing import Group, Odd, Plan, Problem, words
from oppipari.pairing.trios import suits, trio_score

DATA = Path(__file__).parent.parent / "data"
FI28 = DATA / "forms-fi-28.xlsx"
UK = [DATA / "uk-civil-service" / f"{side}.csv" for side in ("mentors", "mentees")]


def check(tmp_path: Path, content: Content | str, *files: Path, lang: str = "en") -> tuple[int, list[str], Content]:
    """Exit status, lines and the answer for programs of `oppipari verify` for what stands in a plan file."""
    plan, answer = tmp_path / "forged.json", tmp_path / "answer.json"
    answer.unlink(missing_ok=True)
    plan.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    done = command("verify", plan, *files, "--json", answer, lang=lang)
    told = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {}
    return done.exit_code, done.output.splitlines(), told


def many(file: Path, count: int) -> Path:
    """Sign-ups of `count` people."""
    with (DATA / "competences.csv").open(encoding="utf-8-sig", newline="") as listed:
        tags = [row["en"] for row in csv.DictReader(listed)]
    r = random.Random(0)
    rows = ["Email,Name,Can share,Wants to learn"]
    rows += [f"p{i}@example.org,P{i},{';'.join(r.sample(tags, 3))},{';'.join(r.sample(tags, 3))}" for i in range(count)]
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def of_28(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The plan of the sample of 28, as usual."""
    return paired(tmp_path_factory.mktemp("of_28") / "plan.json", FI28)


@pytest.fixture(scope="module")
def of_21(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return many(tmp_path_factory.mktemp("of_21") / "s.csv", 21)


@pytest.fixture(scope="module")
def odd_one(of_21: Path) -> dict[str, Content]:
    """The plans of 21 people, one of whom waits or joins a pair."""
    return {odd: paired(of_21.with_name(f"{odd}.json"), of_21, "--odd", odd) for odd in ("wait", "trio")}


# -- what somebody chose ----------------------------------------------------------------------------------------------


def test_bans_of_the_best_pairs_are_told_first(of_28: Content, tmp_path: Path) -> None:
    """Eight pairs of the best plan are forbidden in the settings, and the rest is proven truly."""
    best = copy.deepcopy(of_28)
    content = copy.deepcopy(best)
    content["settings"]["forbid"] = ["|".join(pair["members"]) for pair in best["pairs"][:8]]
    content = solved(content, [FI28])
    assert content["total"] < best["total"]
    status, lines, told = check(tmp_path, content, FI28)
    assert status == 0
    assert lines[0] == "The plan holds, under conditions that somebody chose."
    assert lines[2].startswith("  with 8 forbidden pairs: ")
    a, b = best["pairs"][0]["members"]
    assert f"<{a}> – " in lines[2]
    assert f"<{b}>; " in lines[2]
    assert lines[3].startswith("Under these conditions: 14 pairs")
    assert (told["holds"], [c["choice"] for c in told["conditions"]]) == (True, ["forbidden"])
    assert told["conditions"][0]["people"] == [pair["members"] for pair in best["pairs"][:8]]
    assert told["conditions"] == content["conditions"]
    _status, lines, _told = check(tmp_path, content, FI28, lang="fi")
    assert lines[2].startswith("  kiellettyjä pareja 8: ")
    # Left out of the file, they are missed.
    status, lines, _told = check(tmp_path, content | {"conditions": []}, FI28)
    assert (status, lines[1].startswith("  conditions[0]: is missing")) == (1, True)


def test_pair_and_verify_tell_the_same_choices_in_the_same_words(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    best = paired(out, FI28)
    (a, b), (c, d) = (pair["members"] for pair in best["pairs"][:2])
    options = ["--lock", f"{a}|{b}", "--forbid", f"{d}|{c}", "--odd", "trio", "--floor", "off", "--seed", "kevät"]
    options += ["--map", "Tiimi=team"]
    for lang in ("en", "fi"):
        said = command("pair", FI28, *options, "--json", out, lang=lang).output.splitlines()
        status, lines, told = check(tmp_path, out.read_text(encoding="utf-8"), FI28, lang=lang)
        assert (status, len(lines)) == (0, 10)  # the last says where the JSON is
        kinds = ["forbidden", "locked", "no_floor", "left_over_join", "seed", "columns"]
        assert [c["choice"] for c in told["conditions"]] == kinds
        assert [f"  {c['text']}" for c in told["conditions"]] == lines[2:8]
        start = said.index(lines[1])
        assert said[start : start + 8] == lines[1:9]
        assert start < next(i for i, line in enumerate(said) if line.startswith("┏"))


def test_of_many_bans_the_number_is_told(of_28: Content, tmp_path: Path) -> None:
    content = copy.deepcopy(of_28)
    some = [f"{a}|{b}" for a, b in combinations([p["members"][0] for p in content["pairs"]], 2)][:30]
    content["settings"]["forbid"] = some
    status, lines, told = check(tmp_path, solved(content, [FI28]), FI28)
    assert status == 0
    assert lines[2].startswith("  with 30 forbidden pairs: ")
    assert lines[2].endswith("; and 20 more")
    assert len(told["conditions"][0]["people"]) == 30


def test_columns_named_by_hand_are_told(tmp_path: Path) -> None:
    status, lines, told = check(tmp_path, (DATA / "plans" / "uk-civil-service.json").read_text(encoding="utf-8"), *UK)
    assert status == 0
    assert lines[2] == "  with 2 columns named by hand: “profession” is shares; “profession” is wants"
    assert told["conditions"][0]["values"] == {"columns": ["profession=shares", "profession=wants"]}


def test_no_text_of_a_file_can_hide_or_forge_what_is_told(tmp_path: Path) -> None:
    seed = ":x:\nThe plan holds: \x1b[2J\u202e\u200b\x9b1A"
    content = paired(tmp_path / "plan.json", FI28, "--seed", seed)
    status, lines, told = check(tmp_path, content, FI28)
    assert status == 0
    assert len(lines) == 5
    assert lines[2].endswith(r"“:x:\u000aThe plan holds: \u001b[2J\u202e\u200b\u009b1A”")
    content["files"] = ["forms\x1b[1A.xlsx"]
    status, lines, _told = check(tmp_path, content, FI28)
    assert status == 0
    assert r"The file says that the sign-ups were read from forms\u001b[1A.xlsx." in lines[4]
    content["pairs"][0]["members"][0] = "\x1b[1A\u202e"
    status, lines, told = check(tmp_path, content, FI28)
    assert (status, told["differences"]) == (1, ["pairs[0].members[0]"])
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202e]", "".join(lines))


# -- trios ------------------------------------------------------------------------------------------------------------


def test_a_trio_that_was_asked_for_cannot_be_left_out(odd_one: dict[str, Content], of_21: Path, tmp_path: Path) -> None:
    wait, trio = odd_one["wait"], odd_one["trio"]
    settings = {"settings": trio["settings"]}
    for plan in (
        Plan.from_dict(wait["proof"]),
        replace(Plan.from_dict(wait["proof"]), suggested_trios=()),
    ):
        status, lines, _told = check(tmp_path, shown(wait | settings, [of_21], plan), of_21)
        assert status == 1
        assert lines[0].startswith(("The trios are not the ones", "The trios that are suggested"))
    # Nor can a suggestion, and a third who joined where nobody was asked to.
    lie = forged(wait, [of_21], lambda plan: replace(plan, suggested_trios=()))
    assert check(tmp_path, lie, of_21)[0] == 1
    lie = shown(trio | {"settings": wait["settings"]}, [of_21], Plan.from_dict(trio["proof"]))
    assert check(tmp_path, lie, of_21)[0] == 1


def other_trios(problem: Problem, plan: Plan) -> Iterator[Group]:
    """Every other trio that the one left over could be in, whether made or suggested."""
    true = (*plan.joined, *plan.suggested_trios)[0]
    assert true.core
    left = next(k for k in true.members if k not in true.core.members)
    pairs = [*plan.pairs, *(t.core for t in plan.joined if t.core)]
    for core in pairs:
        members = tuple(sorted((*core.members, left)))
        rows = [problem.find(k) for k in members]
        if core != true.core and suits(problem, rows):
            yield Group(members, trio_score(problem, rows), core=core)


def test_only_the_best_trio_is_taken(odd_one: dict[str, Content], of_21: Path, tmp_path: Path) -> None:
    content = odd_one["trio"]
    plan = Plan.from_dict(content["proof"])
    (true,) = plan.trios
    assert true.core
    lies = 0
    for trio in other_trios(engine(content, [of_21]), plan):
        assert trio.core
        pairs = [g for g in (*plan.pairs, true.core) if g != trio.core]
        total = sum(g.score for g in pairs) + trio.score
        lie = replace(plan, pairs=tuple(sorted(pairs, key=lambda g: g.members)), trios=(trio,), total=total)
        status, lines, _told = check(tmp_path, shown(content, [of_21], lie), of_21)
        assert (status, "(settings.odd)" in lines[0]) == (1, True)
        assert trio.core.score - trio.score >= true.core.score - true.score
        lies += 1
    assert lies == 9


def test_only_trios_of_those_who_wait_are_suggested(odd_one: dict[str, Content], of_21: Path, tmp_path: Path) -> None:
    content = odd_one["wait"]
    plan = Plan.from_dict(content["proof"])
    problem = engine(content, [of_21])
    lies = [(trio,) for trio in other_trios(problem, plan)][:3]
    for pair in plan.pairs:
        a, b = pair.members
        others = (k for g in plan.pairs if g != pair for k in g.members)
        other = next((k for k in others if suits(problem, [problem.find(x) for x in (a, b, k)])), None)
        if other:
            rows = [problem.find(k) for k in (a, b, other)]
            trio = Group(tuple(sorted((a, b, other))), trio_score(problem, rows), core=pair)
            lies += [(trio,), (*plan.suggested_trios, trio)]
    assert len(lies) > 10
    for suggested in lies:
        lie = forged(content, [of_21], lambda plan, suggested=suggested: replace(plan, suggested_trios=suggested))
        status, lines, _told = check(tmp_path, lie, of_21)
        assert (status, lines[0][:33]) == (1, "The trios that are suggested are ")


# -- pairs that were never shown ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [40, 2002])
def test_pairs_that_were_never_shown_bring_nothing(count: int, tmp_path: Path) -> None:
    """Half a point, or among many people eight, for every pair of a plan that nobody ever saw."""
    file = many(tmp_path / "s.csv", count)
    true = paired(tmp_path / "plan.json", file)
    problem = engine(true, [file])
    worse = pairing.solve(problem.changed(forbidden=[tuple(pair["members"]) for pair in true["pairs"]]))
    lie = shown(true, [file], pairing.solution(problem, stay=worse, changed=True).plan)
    assert lie["proof"]["certificate"]["kept"]
    assert lie["total"] <= true["total"] - (100 if count > 2000 else 0)
    status, lines, told = check(tmp_path, lie, file)
    assert status == 1
    assert "extra points for pairs that are said to have been shown before" in lines[0]
    assert (told["holds"], told["failed"], told["conditions"]) == (False, "pairs shown before", None)


# -- what is not proven -------------------------------------------------------------------------------------------------


def test_a_floor_that_was_thrown_away_is_told_first(of_28: Content, tmp_path: Path) -> None:
    """The best plan without a floor, said to be one with a floor of which nobody knows how high it could be."""
    true = copy.deepcopy(of_28)
    loose = pairing.solve(engine(true | {"settings": true["settings"] | {"floor": "off"}}, [FI28]))
    assert loose.total > 10 * true["total"]

    def without_floor(_plan: Plan) -> Plan:
        proof = replace(loose.certificate, floor=0, unfloored=loose.certificate.duals)
        return replace(loose, floor=0, certificate=proof)

    lie = forged(true, [FI28], without_floor)
    assert (lie["settings"]["floor"], lie["proven"]) == ("on", False)
    status, lines, told = check(tmp_path, lie, FI28)
    assert status == 0
    assert lines[0].startswith("The plan holds, but it is not proven to be the best. ")
    assert "could have more was not settled" in lines[0]
    assert (told["proven"], told["floor_settled"]) == (False, False)
    assert check(tmp_path, lie | {"proven": True}, FI28)[0] == 1
    # One that holds, said to be open: as little is proven then.
    lie = forged(
        true, [FI28], lambda plan: replace(plan, certificate=replace(plan.certificate, ceiling=None, too_costly=None))
    )
    assert not lie["proven"]
    _status, lines, told = check(tmp_path, lie, FI28, lang="fi")
    assert lines[0].startswith("Suunnitelma pitää paikkansa, mutta sitä ei ole todistettu parhaaksi.")
    assert not told["proven"]


def test_a_gap_is_told_first(of_28: Content, tmp_path: Path) -> None:
    true = copy.deepcopy(of_28)

    def doubtful(plan: Plan) -> Plan:
        duals = plan.certificate.duals
        dearer = replace(duals, vertices=(duals.vertices[0] + 2 * 300 * duals.unit, *duals.vertices[1:]))
        more = dearer.bound - duals.bound
        return replace(plan, bound=plan.bound + more, certificate=replace(plan.certificate, duals=dearer))

    status, lines, told = check(tmp_path, forged(true, [FI28], doubtful), FI28)
    assert status == 0
    assert re.match(
        r"The plan holds, but it is not proven to be the best\. 14 pairs, at most \d+\.\d\d % below", lines[0]
    )
    assert (told["proven"], told["gap"]) == (False, 30.0)


def test_a_plan_for_which_time_ran_out_is_told_first(tmp_path: Path) -> None:
    file = many(tmp_path / "s.csv", 300)
    hasty = solved(paired(tmp_path / "plan.json", file), [file], time_limit=0.0)
    assert not hasty["proven"]
    status, lines, told = check(tmp_path, hasty, file)
    assert (status, told["proven"]) == (0, False)
    assert lines[0].startswith("The plan holds, but it is not proven to be the best. ")
    assert told["gap"] > 0 or not told["floor_settled"]


# -- files that can be read in two ways -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"total": ', '"total": 9999.0, "total": '),
        ('"forbid": [', '"forbid": ["a|b"], "forbid": ['),
        ('"proof": {', '"proof": {}, "proof": {'),
        ('"score": ', '"score": 99.0, "score": '),
        ('"certificate": {', '"certificate": {"kept": [], '),
    ],
)
def test_a_field_that_stands_twice_is_refused(of_28: Content, old: str, new: str, tmp_path: Path) -> None:
    true = json.dumps(copy.deepcopy(of_28))
    status, lines, told = check(tmp_path, true.replace(old, new, 1), FI28)
    assert (status, told) == (2, {})
    assert "is there twice in one place" in lines[0]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "-0", "-0.0", "9" * 30, "9" * 5000])
def test_a_number_that_programs_read_differently_is_refused(of_28: Content, value: str, tmp_path: Path) -> None:
    true = json.dumps(copy.deepcopy(of_28) | {"seconds": 7})
    status, _lines, told = check(tmp_path, true.replace('"seconds": 7', f'"seconds": {value}'), FI28)
    assert (status, told) == (2, {})


def test_other_encodings_trailing_text_and_half_characters_are_refused(of_28: Content, tmp_path: Path) -> None:
    true, plan = json.dumps(copy.deepcopy(of_28)), tmp_path / "plan.json"
    bad = [
        true.encode("utf-16"),
        true.encode() + b"{}",
        true.encode() + b"\x00",
        true.replace('"seed": ""', '"seed": "\\ud800"').encode(),
        true.replace('"seed": ""', '"seed": ""'.replace('""', '"\xff"')).encode("latin-1"),
        b"[" * 100_000,
        true.replace('"seed": ""', '"seed": ' + "[" * 100_000).encode(),
        true.replace('"seconds":', "'seconds':").encode(),
    ]
    for data in bad:
        plan.write_bytes(data)
        assert command("verify", plan, FI28).exit_code == 2, data[:40]
    plan.write_bytes(b"\xef\xbb\xbf" + true.encode())
    assert command("verify", plan, FI28).exit_code == 0


@pytest.mark.parametrize("depth", [3, 300, 900, 3000, 9000])
@pytest.mark.parametrize("half", ["", "\\ud800"])
def test_what_is_nested_without_end_is_refused(of_28: Content, depth: int, half: str, tmp_path: Path) -> None:
    """In every part of a file: as a list, and as a pair that was made of a pair that was made of a pair."""
    true = json.dumps(copy.deepcopy(of_28))
    group = '{"members": ["a", "b"], "score": 1, "locked": false, "core": '
    lists, cores = "[" * depth + f'"{half}"' + "]" * depth, group * depth + "null" + "}" * depth
    for name in ("seconds", "total", "pairs", "conditions", "version", "files", "lock", "seed", "removed", "kept", "x"):
        lie = (
            true.replace(f'"{name}": ', f'"{name}": {lists}, "y": ', 1)
            if name != "x"
            else true[:-1] + f', "x": {lists}}}'
        )
        status, lines, _told = check(tmp_path, lie, FI28)
        assert (status in (1, 2), len(lines) > 0) == (True, True), name
    status, _lines, _told = check(
        tmp_path, true.replace('"locked": false', f'"locked": false, "core": {cores}', 1), FI28
    )
    assert status == 2


@pytest.mark.parametrize(
    ("version", "said"),
    [(1, "Make the plan anew"), (None, "Make the plan anew"), (3, "a later version"), ("2", "is no plan"), (2.0, "is no plan"), (True, "is no plan")],
)  # fmt: skip
def test_files_of_other_versions_are_refused_with_what_to_do(
    of_28: Content, version: Any, said: str, tmp_path: Path
) -> None:
    content = copy.deepcopy(of_28) | {"version": version}
    if version is None:
        del content["version"]
    status, lines, _told = check(tmp_path, content, FI28)
    assert (status, said in lines[0]) == (2, True)


# -- every field ----------------------------------------------------------------------------------------------------------


def places(content: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a file."""
    for key, value in content.items() if isinstance(content, dict) else enumerate(content):
        yield (*where, key)
        if isinstance(value, dict | list):
            yield from places(value, (*where, key))


def lies_at(content: Content, where: tuple[Any, ...]) -> Iterator[Content]:
    """The file with one value taken away, doubled, exchanged, of another kind, or another one that might be true."""

    def changed(change: Any) -> Content:
        lie = copy.deepcopy(content)
        holder: Any = lie
        for key in where[:-1]:
            holder = holder[key]
        change(holder, where[-1])
        return lie

    holder: Any = content
    for key in where[:-1]:
        holder = holder[key]
    value = holder[where[-1]]
    yield changed(lambda h, k: h.pop(k))
    others: list[Any] = [None, True, {}, "x", 7, [value]]
    if isinstance(value, bool):
        others += [not value, int(value)]
    elif isinstance(value, int | float):
        others += [value + 1, value - 1, -value, 10 * value, str(value)]
    elif isinstance(value, str):
        others += [
            f"{value} ",
            value.upper(),
            {"on": "off", "trio": "wait", "wait": "trio", "en": "fi"}.get(value, "on"),
        ]
    elif isinstance(value, list):
        others += [[], value[::-1], [*value, *value[-1:]], value[1:], [*value, 0]]
    elif isinstance(value, dict):
        others += [value | {"x": 1}, dict(list(value.items())[1:])]
    for other in others:
        # In JSON a whole number may be written with a point: the value is the same.
        if other != value or isinstance(other, bool) != isinstance(value, bool):
            yield changed(lambda h, k, other=other: h.__setitem__(k, other))
    if isinstance(holder, list):
        yield changed(lambda h, k: h.insert(k, h[k]))
        if holder[where[-1]] != holder[where[-1] - 1]:

            def exchange(h: list[Any], k: int) -> None:
                h[k], h[k - 1] = h[k - 1], h[k]

            yield changed(exchange)
    elif isinstance(holder, dict):
        yield changed(lambda h, k: h.__setitem__(f"{k} ", h.pop(k)))


def resealed(lie: Content, files: list[Path], where: tuple[Any, ...]) -> Iterator[Content]:
    """The lie as it is; sealed anew; and, where it is about the proof or settings, shown as if it were true."""
    yield lie
    if where[0] not in ("proof", "settings"):
        return
    try:
        plan = Plan.from_dict(lie["proof"])
        yield json.loads(json.dumps(lie | {"proof": plan.sealed().to_dict()}))
        yield shown(lie, files, plan)
    except Exception:
        return


def answered(tmp_path: Path, content: Content, *files: Path) -> Content | None:
    """The answer for programs, without the command around it; None where the file is not even looked into."""
    plan = tmp_path / "forged.json"
    plan.write_text(json.dumps(content), encoding="utf-8")
    try:
        return checked(plan, list(files), "en").to_dict()
    except Refusal:
        return None


def meaning(content: Content) -> Content:
    """What a file says, whatever proves it and however long that took."""
    settings = content["settings"] | {"forbid": set(content["settings"]["forbid"])}
    proof = {name: value for name, value in content["proof"].items() if name not in ("certificate", "seal")}
    return content | {"settings": settings, "proof": proof, "seconds": 0}


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven sign-ups, who can form all kinds of groups; one row was left out, which is remarked."""
    file = tmp_path_factory.mktemp("few") / "few.csv"
    rows = ["Email,Name,Can share,Wants to learn,Notes"]
    topics = ["Medication", "Ergonomics", "Palliative care", "Wound care", "Digital records", "Dementia care"]
    r = random.Random(4)
    rows += [
        f"p{i}@example.org,P{i},{';'.join(r.sample(topics, 2))},{';'.join(r.sample(topics, 2))},t{i % 3}"
        for i in range(7)
    ]
    file.write_text("\n".join([*rows, "nobody,N,,,"]), encoding="utf-8")
    return file


@pytest.mark.slow
@pytest.mark.parametrize("odd", ["wait", "trio"])
def test_every_value_of_a_file_that_is_forged_is_refused_or_told(odd: str, few: Path, tmp_path: Path) -> None:
    """Each kind of place is tried; what is then still said to hold must be told, unless it says the very same.

    The very same is said with other prices that prove it, with the same ban written twice, in the
    other language, and after however long it took.
    """
    options = ["--lock", "p0@example.org|p1@example.org", "--forbid", "p2@example.org|p3@example.org"]
    true = paired(tmp_path / "t.json", few, "--odd", odd, "--map", "Notes=team", "--seed", "s", *options)
    answer = answered(tmp_path, true, few)
    assert answer
    assert answer["holds"]
    assert true["waiting" if odd == "wait" else "trios"]
    assert true["warnings"]
    of_kind: dict[str, list[tuple[Any, ...]]] = {}
    for where in places(true):
        kind = "/".join("[]" if isinstance(k, int) or "@" in k else k for k in where)
        of_kind.setdefault(kind, []).append(where)
    assert len(of_kind) > 90
    tried: Counter[str] = Counter()
    for ways in of_kind.values():
        where = ways[0 if odd == "wait" else -1]
        for change in lies_at(true, where):
            for lie in resealed(change, [few], where):
                found = answered(tmp_path, lie, few)
                if found is None or not found["holds"]:
                    tried["refused"] += 1
                elif found | {"said": 0} != answer | {"said": 0}:
                    tried["told"] += 1  # a choice, a gap, an open floor, another name of the file
                else:
                    tried["the same"] += 1
                    assert where == ("settings", "lang") or meaning(lie) == meaning(true), (where, found["said"])
    assert tried["refused"] > 800
    assert tried["told"] > 3


def test_people_and_files_that_are_not_the_plans_are_refused(few: Path, tmp_path: Path) -> None:
    true = paired(tmp_path / "t.json", few)
    rows = few.read_text(encoding="utf-8").splitlines()
    other = tmp_path / "other.csv"
    for text in (
        [rows[0], *rows[2:]],  # somebody missing
        [*rows, "new@example.org,New,Medication,Ergonomics,"],
        [*rows[:-2], rows[-2].replace("P6", "P6").replace("p6@", "q6@"), rows[-1]],
        [rows[0], rows[1].replace(",P0,", ",P0,Medication;"), *rows[2:]],
    ):
        other.write_text("\n".join(text), encoding="utf-8")
        assert check(tmp_path, true, other)[0] == 1, text
    other.write_text("\n".join([rows[0], *reversed(rows[1:7])]), encoding="utf-8")
    assert check(tmp_path, true, other)[0] == 1  # a remark on a row that is not there


def test_sides_that_were_exchanged_are_refused(tmp_path: Path) -> None:
    true = (DATA / "plans" / "uk-civil-service.json").read_text(encoding="utf-8")
    names = {UK[0]: tmp_path / "mentees.csv", UK[1]: tmp_path / "mentors.csv"}
    for here, there in names.items():
        there.write_bytes(here.read_bytes())
    assert check(tmp_path, true, *names.values())[0] == 1
    assert check(tmp_path, true, UK[1], UK[0])[0] == 0  # in whatever order they are named
    assert check(tmp_path, true, UK[0])[0] == 1


def test_the_answer_for_programs_is_written_nowhere_else(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    paired(plan, FI28)
    before = plan.read_bytes()
    done = command("verify", plan, FI28, "--json", plan)
    assert (done.exit_code, "another file" in done.output) == (2, True)
    assert plan.read_bytes() == before
    assert command("verify", plan, FI28, "--json", tmp_path / "no" / "x.json").exit_code == 2


def test_the_workbook_tells_what_was_chosen_with_the_proof(tmp_path: Path) -> None:
    out = tmp_path / "pairs.xlsx"
    content = paired(tmp_path / "plan.json", FI28, "--floor", "off", "--seed", "x", "--xlsx", out)
    cells = [row[0].value for row in openpyxl.load_workbook(out)["About"].iter_rows()]
    chosen = [c["text"] for c in content["conditions"]]
    assert len(chosen) == 2
    start = cells.index(f"  {chosen[0]}")
    assert cells[start + 1] == f"  {chosen[1]}"
    assert cells[start + 2].startswith("Under these conditions: 14 pairs")


def test_words_of_a_verdict_are_those_of_the_plan(odd_one: dict[str, Content]) -> None:
    plan = Plan.from_dict(odd_one["wait"]["proof"])
    for lang in words.languages():
        first, *_rest = words.verdict(None, plan, lang, ["x"]).splitlines()
        assert first == words.texts(lang)["claims"]["holds_under"]
    assert odd_one["wait"]["settings"]["odd"] == Odd.WAIT
