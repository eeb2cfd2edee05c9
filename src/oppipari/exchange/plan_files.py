"""A plan as files: JSON for programs, a workbook a supervisor would print, the scores of every allowed pair."""

import csv
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from oppipari import pairing
from oppipari.exchange.bridge import People
from oppipari.exchange.conditions import conditions_told
from oppipari.exchange.differences import Difference, differences
from oppipari.exchange.files import neutral
from oppipari.exchange.printed_book import PrintedBook
from oppipari.exchange.reading import Remark
from oppipari.pairing import words
from oppipari.rounds import vocabulary

HEADINGS = {
    "fi": {
        "pairs": "Parit", "waiting": "Odottavat", "warnings": "Huomiot", "about": "Tietoja",
        "a": "Pari", "b": "ja", "c": "sekä", "word": "Arvio", "reasons": "Miksi juuri he", "score": "Pisteet", "person": "Ihminen",
        "why": "Miksi", "trio": "Kolmikko, joka sopisi", "file": "Tiedosto", "row": "Rivi", "column": "Sarake", "message": "Huomio",
    },
    "en": {
        "pairs": "Pairs", "waiting": "Waiting", "warnings": "Remarks", "about": "About",
        "a": "Pair", "b": "and", "c": "with", "word": "In a word", "reasons": "Why these people", "score": "Points", "person": "Person",
        "why": "Why", "trio": "A trio that would suit", "file": "File", "row": "Row", "column": "Column", "message": "Remark",
    },
}  # fmt: skip

# Of the shape of a plan file. 2: conditions, the files' names, and trios that follow from the pairs. Files of 1 told none.
VERSION = 2

# A workbook tells when it was made; one time for all, so that the same plan is the same bytes.
WORKBOOK_MADE = datetime(2000, 1, 1)  # noqa: DTZ001 (workbooks know no zone)


def shown(tenths: int) -> float:
    """Tenths as a number with one decimal."""
    return tenths / 10


def labels(problem: pairing.Problem, members: Sequence[str], lang: str) -> dict[str, str]:
    """What to call each competence that these people name."""
    people = [problem.participants[problem.find(k)] for k in members]
    return {c: vocabulary.label(c, lang) for p in people for c in (*p.shares, *p.wants)}


def group_reasons(problem: pairing.Problem, group: pairing.Group, people: People, lang: str) -> list[str]:
    """Why the two or three suit each other, in sentences, the word first."""
    named = labels(problem, group.members, lang)
    whys = [pairing.why(problem, a, b) for a, b in combinations(group.members, 2)]
    if len(whys) == 1:
        return words.reasons(whys[0], people.names, named, lang)
    return words.trio(whys, people.names, named, lang)


def as_json(
    problem: pairing.Problem,
    plan: pairing.Plan,
    people: People,
    remarks: Sequence[Remark],
    lang: str,
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """The plan in the shape that docs/command-line.md describes; scores 0-100 with one decimal.

    `settings` are the options that decided which plan it is and in which language (`lang`) it is told; with them and
    `proof`, `oppipari verify` checks it. `conditions` tell what of them the proof takes as given.
    """

    def group(g: pairing.Group) -> dict[str, Any]:
        found: dict[str, Any] = {"members": list(g.members), "score": shown(g.score)}
        if len(g.members) == 2:
            found["points"] = {str(c): shown(p) for c, p in problem.points(*g.members).items()}
        return found | {"reasons": group_reasons(problem, g, people, lang)}

    return {
        "version": VERSION,
        "files": list(people.files),
        "people": plan.people,
        "allowed_pairs": plan.allowed_pairs,
        "pairs": [group(g) for g in plan.pairs],
        "trios": [group(g) for g in plan.trios],
        "waiting": list(plan.waiting),
        "waiting_reasons": {k: words.waiting(r, lang) for k, r in plan.waiting_reasons.items()},
        "suggested_trios": [group(g) for g in plan.suggested_trios],
        "total": shown(plan.total),
        "bound": shown(plan.bound),
        "gap": shown(plan.gap),
        "proven": plan.proven,
        "floor": None if plan.floor is None else shown(plan.floor),
        "seconds": plan.seconds,
        "conditions": conditions_told(problem, plan, people, settings, lang),
        "policy": {str(c): p for c, p in problem.policy.points.items()},
        "warnings": [{"file": r.file, "row": r.row, "column": r.column, "message": r.message(lang)} for r in remarks],
        "settings": dict(settings) | {"lang": lang},
        "proof": plan.to_dict(),
    }


def shown_wrongly(content: Mapping[str, Any], due: Mapping[str, Any]) -> list[Difference]:
    """Where a plan file does not show what `as_json` makes of its proof and its settings.

    Two things may differ, since nobody can know them afterwards: how long it took (`seconds`), and what the files of
    sign-ups were called, as long as their names are used alike everywhere (`files`, `warnings`).
    """
    due = dict(due)
    seconds = content.get("seconds")
    if isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds >= 0:
        due["seconds"] = seconds
    called = files_told(content)
    if called is not None and len(called) == len(due["files"]):
        due |= {"files": called, "warnings": _renamed(due["warnings"], due["files"], called)}
    return list(differences(content, due))


def files_told(content: Mapping[str, Any]) -> list[str] | None:
    """What a plan file says that its files of sign-ups were called; None where these are no names of different files."""
    called = content.get("files")
    if not isinstance(called, list) or not all(isinstance(name, str) and name for name in called):
        return None
    return called if len(set(called)) == len(called) else None


def _renamed(warnings: list[dict[str, Any]], files: list[str], called: list[str]) -> list[dict[str, Any]]:
    """Remarks on `files`, in the order they have where these are called as told; the same names are the same files."""
    names = {f: f for f in files} if set(files) == set(called) else dict(zip(files, called, strict=True))
    return sorted((w | {"file": names[w["file"]]} for w in warnings), key=lambda w: (w["file"], w["row"]))


def write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_scores(path: Path, problem: pairing.Problem) -> None:
    """`a,b,score` of every allowed pair."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["a", "b", "score"])
        for a, b, score in problem.allowed_pairs():
            writer.writerow([neutral(a), neutral(b), f"{score / 10:.1f}"])


def write_workbook(
    path: Path,
    problem: pairing.Problem,
    plan: pairing.Plan,
    people: People,
    remarks: Sequence[Remark],
    lang: str,
    settings: Mapping[str, Any],
) -> None:
    """Sheets to print: pairs with reasons, who waits and why, remarks on the files, how the plan was made.

    `settings` as in `as_json`.
    """
    t = HEADINGS[lang]
    book = PrintedBook(path, lang, WORKBOOK_MADE)

    def sheet(name: str, columns: list[tuple[str, int]], rows: list[list[Any]]) -> None:
        book.sheet(t[name], columns, rows)

    def person(key: str) -> str:
        name = people.names.get(key, key)
        return key if name == key else f"{name}\n{key}"

    pairs = []
    for g in (*plan.pairs, *plan.trios):
        reasons = group_reasons(problem, g, people, lang)
        word = reasons.pop(0)
        members = [person(k) for k in g.members] + [""] * (3 - len(g.members))
        pairs.append([*members, word, "\n".join(reasons), shown(g.score)])
    suggested = {k: g for k in plan.waiting for g in plan.suggested_trios if k in g.members}
    waiting = [
        [
            person(k),
            words.waiting(plan.waiting_reasons[k], lang),
            "\n".join(people.names.get(m, m) for m in suggested[k].members) if k in suggested else "",
        ]
        for k in plan.waiting
    ]
    sheet("pairs", [(t["a"], 28), (t["b"], 28), (t["c"], 20 if plan.trios else 4), (t["word"], 22), (t["reasons"], 62), (t["score"], 9)], pairs)  # fmt: skip
    sheet("waiting", [(t["person"], 34), (t["why"], 60), (t["trio"], 34)], waiting)
    sheet("warnings", [(t["file"], 26), (t["row"], 7), (t["column"], 36), (t["message"], 70)], [[r.file, r.row, r.column, r.message(lang)] for r in remarks])  # fmt: skip
    chosen = [c["text"] for c in conditions_told(problem, plan, people, settings, lang)]
    about = [[line, ""] for line in words.proof_under(plan, chosen, lang)] + [
        [name, shown(10 * points)]
        for (name, _p), points in zip(
            words.criteria(problem.policy.points, lang), problem.policy.points.values(), strict=True
        )
    ]
    sheet("about", [(t["about"], 90), (t["score"], 10)], about)
    book.close()
