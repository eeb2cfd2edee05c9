"""How many pairs and trios, in words."""

from collections.abc import Iterable

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oppipari.pairs.models import PAIR_SIZE, Pair


def counted_sizes(sizes: Iterable[int]) -> str:
    """Of groups of so many people each, "2 pairs and 1 trio"; without the part of which there is none."""
    groups = list(sizes)
    trios = sum(size > PAIR_SIZE for size in groups)
    pairs = len(groups) - trios
    found = []
    if pairs or not trios:
        found.append(ngettext("%(n)s pair", "%(n)s pairs", pairs) % {"n": pairs})
    if trios:
        found.append(ngettext("%(n)s trio", "%(n)s trios", trios) % {"n": trios})
    return found[0] if len(found) == 1 else _("%(first)s and %(last)s") % {"first": found[0], "last": found[1]}


def counted_of(pairs: QuerySet[Pair]) -> str:
    """The same of published pairs. People leave a pair only as it ends: it counts as what it was until then."""
    return counted_sizes(sizes_of(pairs))


def sizes_of(pairs: QuerySet[Pair]) -> list[int]:
    """How many people belong to each of published pairs; one query."""
    return [row["size"] for row in pairs.order_by("pk").values("pk").annotate(size=Count("members"))]
