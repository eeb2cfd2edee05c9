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
from oppipari.rounds import queries as rounds
from oppipari.rounds.models import Round


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
    if not plan.proven:
        return words.proof(plan, problem.language())
    made = len(plan.groups)
    numbers = {"count": made, "bonus": words.points(plan.certificate.bonus, problem.language())}
    if plan.certificate.bonus:
        text = ngettext(
            "%(count)d pair, and no more are possible. A pair that you had seen counted %(bonus)s points more, so that few change. Counted like this, no other arrangement does better: proven.",
            "%(count)d pairs, and no more are possible. A pair that you had seen counted %(bonus)s points more, so that few change. Counted like this, no other arrangement does better: proven.",
            made,
        )
    else:
        text = ngettext(
            "%(count)d pair, and no more are possible. No other arrangement does better: proven.",
            "%(count)d pairs, and no more are possible. No other arrangement does better: proven.",
            made,
        )
    return f"{text % numbers} {words.about_floor(plan, problem.language())}".strip()


def _done(edit: Edit, who: str) -> str:
    """What was done, as a sentence."""
    sentences = {
        Edit.SUGGEST: _("Here is a suggestion. You decide: lock, change, or publish it as it is."),
        Edit.REFRESH: _("The suggestion was brought up to date with the sign-ups."),
        Edit.RESET: _("All your locks and bans were lifted."),
        Edit.LOCK: _("Locked: %(who)s."),
        Edit.UNLOCK: _("No longer locked: %(who)s."),
        Edit.PAIR: _("A pair now: %(who)s."),
        Edit.FORBID: _("Not a pair: %(who)s."),
        Edit.ALLOW: _("May be a pair again: %(who)s."),
        Edit.SWAP: _("Changed places: %(who)s."),
        Edit.SET_ASIDE: _("Waits: %(who)s."),
        Edit.BRING_BACK: _("Takes part again: %(who)s."),
        Edit.TRIO: _("A trio now: %(who)s."),
        Edit.BREAK_TRIO: _("No longer a trio: %(who)s."),
    }
    return sentences[edit] % {"who": who}


def cost_in_words(lost: int, before: int, others: int, waiting: int = 0) -> str:
    """What a change costs: tenths of a point lost of `before`, other pairs that change, more people who wait."""
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
    sentences = [first]
    if others:
        text = ngettext("%(count)d other pair changes.", "%(count)d other pairs change.", others)
        sentences.append(text % {"count": others})
    else:
        sentences.append(_("The other pairs stay as they are."))
    if waiting > 0:
        text = ngettext("%(count)d person more has to wait.", "%(count)d people more have to wait.", waiting)
        sentences.append(text % {"count": waiting})
    elif waiting < 0:
        text = ngettext("%(count)d person more gets a pair.", "%(count)d people more get a pair.", -waiting)
        sentences.append(text % {"count": -waiting})
    return " ".join(sentences)


def change_in_words(change: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """The latest change and its cost as sentences."""
    people = [names.get(int(p), "–") for p in change.get("people", [])]
    sentence = _done(Edit(change["edit"]), joined(people))
    cost = change.get("cost")
    if not cost:
        return sentence
    told = cost_in_words(cost["lost"], cost["total_before"], cost["groups_changed"], cost["waiting_change"])
    return f"{sentence} {told}"


def price_in_words(answer: Answer, round_: Round, a: int, b: int) -> str:
    """What making two people a pair would take, as sentences."""
    names = {s.pk: s.name for s in rounds.named_taking_part(round_)}
    who = joined([names.get(a, "–"), names.get(b, "–")])
    if answer.already:
        return _("%(who)s are in the same pair already.") % {"who": who}
    if answer.obstacle is not None:
        return f"{who}: {words.obstacle(answer.obstacle, problem.language())}"
    assert answer.cost is not None
    cost = answer.cost
    told = cost_in_words(cost.lost, cost.total_before, cost.groups_changed, cost.waiting_change)
    pairs = "; ".join(joined([names.get(p, "–") for p in group]) for group in answer.changed[:8])
    changed = _("These would change: %(pairs)s.") % {"pairs": pairs} if pairs else ""
    return " ".join(filter(None, [_("If %(who)s were a pair:") % {"who": who}, told, changed]))
