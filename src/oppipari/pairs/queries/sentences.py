"""What the board says of a plan, a change and its cost, as sentences in the reader's language.

Whatever is told about two people reads the same whether one of them, the other, or an earlier round stands behind it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari import pairing
from oppipari.pairing import words
from oppipari.pairs import problem
from oppipari.pairs.actions.forming import Answer
from oppipari.pairs.constraints import Edit
from oppipari.pairs.names import by_name
from oppipari.pairs.queries.counted import counted_sizes
from oppipari.rounds import queries as rounds
from oppipari.rounds.models import Round

# So many names or pairs are told in a sentence; of the others, how many there are.
MOST_NAMED = 8


def joined(names: Sequence[str]) -> str:
    """Names as one phrase: "Aino, Ossi ja Veikko"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def proof_in_words(plan: pairing.Plan) -> str:
    """The plan's proof in one line.

    Without the number of allowed pairs: when sign-ups change, a smaller number would tell that somebody excluded
    somebody.
    """
    if not plan.total_proven:
        return words.proof(plan, problem.language())
    groups = counted_sizes(len(group.members) for group in plan.groups)
    if plan.certificate.bonus:
        text = _(
            "%(groups)s, and no more are possible. A pair that you had seen counted %(bonus)s points more, so that few change. Counted like this, no other arrangement does better: proven."
        )
    else:
        text = _("%(groups)s, and no more are possible. No other arrangement does better: proven.")
    numbers = {"groups": groups, "bonus": words.points(plan.certificate.bonus, problem.language())}
    return f"{text % numbers} {words.about_floor(plan, problem.language())}".strip()


def _done(edit: Edit, who: str) -> str:
    """What was done, as a whole sentence, which can also be what was undone."""
    sentences = {
        Edit.SUGGEST: _("Here is a suggestion. You decide: lock, change, or publish it as it is."),
        Edit.REFRESH: _("The suggestion was brought up to date with the sign-ups."),
        Edit.RESET: _("All your locks and bans were lifted."),
        Edit.LOCK: _("%(who)s are now locked as a pair."),
        Edit.UNLOCK: _("%(who)s are no longer locked."),
        Edit.PAIR: _("%(who)s are now a pair."),
        Edit.FORBID: _("%(who)s do not become a pair."),
        Edit.ALLOW: _("%(who)s may be a pair again."),
        Edit.SWAP: _("%(who)s changed places."),
        Edit.SET_ASIDE: _("%(who)s waits."),
        Edit.BRING_BACK: _("%(who)s takes part again."),
        Edit.TRIO: _("%(who)s are now a trio."),
        Edit.BREAK_TRIO: _("%(who)s are no longer a trio."),
    }
    return sentences[edit] % {"who": who}


def some_of(phrases: Sequence[str], between: str = ", ") -> str:
    """The first of many names or pairs, and how many more there are."""
    shown, more = phrases[:MOST_NAMED], len(phrases) - MOST_NAMED
    if more <= 0:
        return between.join(phrases) if between != ", " else joined(phrases)
    numbers = {"named": between.join(shown), "count": more}
    return ngettext("%(named)s and %(count)d more", "%(named)s and %(count)d more", more) % numbers


def cost_in_words(lost: int, before: int, others: int) -> str:
    """What a change costs: tenths of a point lost of `before`, other pairs that change."""
    lang = problem.language()
    numbers = {
        "points": words.points(abs(lost), lang),
        "before": words.points(before, lang),
        "after": words.points(before - lost, lang),
    }
    if lost > 0:
        first = _("It costs %(points)s points (the whole: %(before)s before, %(after)s now).") % numbers
    elif lost < 0:
        first = _("It brings %(points)s points (the whole: %(before)s before, %(after)s now).") % numbers
    else:
        first = _("It costs no points.")
    if not others:
        return first + " " + _("The other pairs stay as they are.")
    text = ngettext("%(count)d other pair changes.", "%(count)d other pairs change.", others)
    return first + " " + text % {"count": others}


def _waiting_in_words(waits: Sequence[int], placed: Sequence[int], names: Mapping[int, str]) -> list[str]:
    """Who else has to wait, and who else gets a pair."""
    sentences = []
    if waits:
        text = ngettext("%(count)d more has to wait: %(names)s.", "%(count)d more have to wait: %(names)s.", len(waits))
        sentences.append(text % {"count": len(waits), "names": _named(waits, names)})
    if placed:
        text = ngettext("%(count)d more gets a pair: %(names)s.", "%(count)d more get a pair: %(names)s.", len(placed))
        sentences.append(text % {"count": len(placed), "names": _named(placed, names)})
    return sentences


def _named(people: Sequence[int], names: Mapping[int, str]) -> str:
    return some_of([names.get(p, "–") for p in people])


def what_in_words(change: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """What a change was, without its cost."""
    return _done(Edit(change["edit"]), joined([names.get(int(p), "–") for p in change.get("people", [])]))


def change_in_words(change: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """The latest change and its cost as sentences."""
    sentences = [what_in_words(change, names)]
    if change.get("updated"):
        sentences.insert(0, _("Sign-ups had changed, so the suggestion was brought up to date first."))
    cost = change.get("cost")
    if cost:
        sentences.append(cost_in_words(cost["lost"], cost["total_before"], cost["groups_changed"]))
        sentences += _waiting_in_words(change.get("waits", []), change.get("placed", []), names)
    return " ".join(sentences)


def price_in_words(answer: Answer, round_: Round, a: int, b: int) -> str:
    """What making two people a pair would take, as sentences."""
    names = dict(by_name(rounds.named_taking_part(round_)))
    who = joined([names.get(a, "–"), names.get(b, "–")])
    if answer.already:
        return _("%(who)s are in the same pair already.") % {"who": who}
    if answer.obstacle is not None:
        return f"{who}: {words.obstacle(answer.obstacle, problem.language())}"
    assert answer.cost is not None
    cost = answer.cost
    sentences = []
    if answer.updated:
        sentences.append(_("Sign-ups have changed, so this is counted with the suggestion brought up to date."))
    sentences.append(_("If %(who)s were a pair:") % {"who": who})
    sentences.append(cost_in_words(cost.lost, cost.total_before, cost.groups_changed))
    if answer.changed:
        pairs = some_of([joined([names.get(p, "–") for p in group]) for group in answer.changed], "; ")
        sentences.append(_("These would change: %(pairs)s.") % {"pairs": pairs})
    return " ".join([*sentences, *_waiting_in_words(answer.waits, answer.placed, names)])
