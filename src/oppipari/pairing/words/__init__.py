"""Facts of the engine as sentences in the reader's language; one file a language beside this one."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from oppipari.pairing.conditions import Condition
from oppipari.pairing.errors import PairingError
from oppipari.pairing.people import Criterion
from oppipari.pairing.plan import Plan, Wait
from oppipari.pairing.reasons import Cost, Explanation, Fit, Obstacle, Price


@cache
def texts(lang: str) -> dict[str, Any]:
    """The sentences of one language ("fi", "sv", "en"); raises FileNotFoundError for one that is not there."""
    return tomllib.loads((Path(__file__).parent / f"{lang}.toml").read_text(encoding="utf-8"))


def languages() -> list[str]:
    """The languages there are."""
    return sorted(p.stem for p in Path(__file__).parent.glob("*.toml"))


def points(tenths: int, lang: str) -> str:
    """Tenths as a number of points: 482 is "48,2" in Finnish."""
    return f"{tenths / 10:.1f}".replace(".", texts(lang)["decimal"])


def fit(word: Fit, lang: str) -> str:
    """The word for a pair."""
    result: str = texts(lang)["fit"][str(word)]
    return result


def slot(number: int, lang: str) -> str:
    """A working-time slot in words: 0 is "ma aamu"."""
    t = texts(lang)["slots"]
    return f"{t['days'][number // 3]} {t['parts'][number % 3]}"


def slots(numbers: tuple[int, ...], lang: str, most: int = 6) -> str:
    """Several slots, the first `most` of them named."""
    named = ", ".join(slot(n, lang) for n in numbers[:most])
    more = len(numbers) - most
    return named if more <= 0 else texts(lang)["slots"]["and_more"].format(named=named, more=more)


def reasons(
    why: Explanation, names: Mapping[str, str], labels: Mapping[str, str], lang: str, *, to: str | None = None
) -> list[str]:
    """Why two people suit each other, the word first; `names` by key, `labels` by competence.

    `to` is the key of the one who reads it, who is then addressed as "you".
    """
    t = texts(lang)["reasons"]
    result = [fit(why.fit, lang)]
    for key, learns in ((why.a, why.a_learns), (why.b, why.b_learns)):
        things = ", ".join(labels.get(c, c) for c in learns)
        who = "you" if key == to else "one"
        if things:
            result.append(t[f"{who}_learns"].format(name=names.get(key, key), things=things))
        elif why.fit not in (Fit.THIN, Fit.FAIR):
            result.append(t[f"{who}_learns_nothing_named"].format(name=names.get(key, key)))
    if why.common_slots:
        result.append(t["common_time"].format(slots=slots(why.common_slots, lang)))
    else:
        result.append(t["no_common_time_known"])
    if why.other_team:
        result.append(t["other_team"])
    return result


def trio(
    whys: Sequence[Explanation],
    names: Mapping[str, str],
    labels: Mapping[str, str],
    lang: str,
    *,
    to: str | None = None,
) -> list[str]:
    """Why three people suit each other, the word first; `whys` explains each two of them, the rest is as in `reasons`.

    One line a person: what they find in either of the others, or that they find nothing named. One of them who reads it
    (`to`) comes first, and then each has a line also where nobody learns what they wished.
    """
    t = texts(lang)["reasons"]
    learns: dict[str, dict[str, None]] = {key: {} for why in whys for key in (why.a, why.b)}
    for why in whys:
        learns[why.a] |= dict.fromkeys(why.a_learns)
        learns[why.b] |= dict.fromkeys(why.b_learns)
    learners = sum(bool(things) for things in learns.values())
    result = [str(texts(lang)["trio"][str(learners)])]
    for key, things in sorted(learns.items(), key=lambda each: (each[0] != to, each[0])):
        if things:
            named = ", ".join(labels.get(c, c) for c in things)
            who = "you_learns" if key == to else "one_learns"
            result.append(t[who].format(name=names.get(key, key), things=named))
        elif learners or to:
            who = "you_learn_nothing_named" if key == to else "learns_nothing_named"
            result.append(texts(lang)["trio"][who].format(name=names.get(key, key)))
    common = sorted(set.intersection(*(set(why.common_slots) for why in whys)))
    if common:
        result.append(t["common_time"].format(slots=slots(tuple(common), lang)))
    else:
        result.append(t["no_common_time_known"])
    if any(why.other_team for why in whys):
        result.append(t["other_team"])
    return result


def criteria(
    why_points: Mapping[Criterion, int], lang: str, names: tuple[str, str] | None = None
) -> list[tuple[str, str]]:
    """Each criterion's name and points; with `names` of the pair (as `why` orders them) it says which of them learns."""
    t = texts(lang)["criteria"]
    called = {str(c): t[str(c)] for c in why_points}
    if names:
        for criterion, name in zip((Criterion.A_LEARNS, Criterion.B_LEARNS), names, strict=True):
            called[criterion] = texts(lang)["reasons"]["learns"].format(name=name)
    return [(called[c], points(p, lang)) for c, p in why_points.items()]


def waiting(reason: Wait, lang: str) -> str:
    """Why somebody waits and what would help."""
    result: str = texts(lang)["waiting"][str(reason)]
    return result


def proof(plan: Plan, lang: str) -> str:
    """What is proven of the plan, in one line; and, where it was not settled, that its lowest score might be raised."""
    t = texts(lang)["proof"]
    stay = plan.certificate.bonus
    key = "gap" if plan.gap > 0 else "trios" if plan.joined else "proven"
    if stay:
        key += "_stayed"
    # Rounded up: "at most 0.00 %" would be no gap at all.
    share = f"{-(-10000 * plan.gap // max(plan.bound, 1)) / 100:.2f}".replace(".", texts(lang)["decimal"])
    result: str = t[key].format(
        groups=groups(plan, lang), allowed=plan.allowed_pairs, share=share, bonus=points(stay, lang)
    )
    return " ".join(filter(None, [result, about_floor(plan, lang)]))


def groups(plan: Plan, lang: str) -> str:
    """How many pairs and trios there are."""
    trios, count = len(plan.trios), len(plan.groups)
    key = ("one_pair" if count == 1 else "pairs") if not trios else "one_trio" if trios == 1 else "trios_among"
    if trios == count > 0:
        key = "only_trio" if count == 1 else "only_trios"
    result: str = texts(lang)["proof"][key].format(count=count, trios=trios)
    return result


def about_floor(plan: Plan, lang: str) -> str:
    """That it was not settled whether the lowest score might be raised; empty where it was."""
    return str(texts(lang)["proof"]["floor_open"]) if plan.certificate.floor_open else ""


def cost(what: Cost, lang: str) -> str:
    """What a change cost: points of the whole, and how many other pairs changed."""
    t = texts(lang)["cost"]
    if what.lost > 0:
        first = t["lost"].format(lost=points(what.lost, lang), total=points(what.total_before, lang))
    elif what.lost < 0:
        first = t["gained"].format(gained=points(-what.lost, lang), total=points(what.total_before, lang))
    else:
        first = t["nothing"]
    if what.groups_changed == 0:
        second = t["no_others"]
    elif what.groups_changed == 1:
        second = t["one_other"]
    else:
        second = t["others"].format(count=what.groups_changed)
    return f"{first} {second}"


def obstacle(what: Obstacle | Price, lang: str) -> str:
    """What forbids a pair, or what it would cost at least."""
    if isinstance(what, Price):
        t = texts(lang)["price"]
        result: str = t["some"].format(points=points(what.at_least, lang)) if what.at_least else t["free"]
        return result
    return str(texts(lang)["obstacle"][str(what.rule)])


def error(what: PairingError, names: Mapping[str, str], lang: str) -> str:
    """An error of the engine in words."""
    named = {k: names.get(str(v), str(v)) for k, v in what.params.items()}
    result: str = texts(lang)["errors"][what.code].format(**named)
    return result


def proof_under(plan: Plan, chosen: Sequence[str], lang: str) -> list[str]:
    """What is proven of the plan as lines, after what somebody `chose` for it (each as `condition` words it)."""
    t = texts(lang)["conditions"]
    if not chosen:
        return [proof(plan, lang)]
    return [str(t["heading"]), *(f"  {line}" for line in chosen), str(t["under"].format(proof=proof(plan, lang)))]


def verdict(failed: str | None, plan: Plan, lang: str, chosen: Sequence[str] = ()) -> str:
    """Whether a plan holds, and if not, which claim does not (`failed`, as `verify` names it).

    Of one that is true, the first words say whether anything was left open (a gap, or a higher floor) and whether it is true
    only under what was `chosen`, which follows.
    """
    t = texts(lang)["claims"]
    if failed is not None:
        return str(t.get(failed, t["other"]))
    key = "holds" if plan.settled else "open"
    if not chosen:
        return str(t[key].format(proof=proof(plan, lang)))
    return "\n".join([str(t[f"{key}_under"]), *proof_under(plan, chosen, lang)])


def condition(what: Condition, names: Mapping[str, str], lang: str, most: int = 10) -> str:
    """A choice that the proof takes as given, in one line; `names` by key. Of more groups than `most` the number is given."""
    t, count = texts(lang)["conditions"], len(what.people)
    named = "; ".join(" – ".join(visible(names.get(k, k)) for k in group) for group in what.people[:most])
    if count > most:
        named = t["and_more"].format(named=named, count=count - most)
    values: dict[str, Any] = dict(what.values)
    for name in {"bonus", "most"} & set(values):
        values[name] = points(values[name], lang)
    if "criterion" in values:
        values["criterion"] = texts(lang)["criteria"][values["criterion"]]
    if "text" in values:
        values["text"] = visible(values["text"])
    sentence: str = t.get(f"one_{what.choice}" if count == 1 else what.choice, t[what.choice])
    return sentence.format(count=count, people=named, **values)


def visible(text: str, most: int = 120) -> str:
    """A text out of a file as it may be shown: at most `most` characters, and none that hides, turns or overwrites others."""
    shown = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:most])
    return shown if len(text) <= most else f"{shown}…"
