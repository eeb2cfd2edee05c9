"""One is told in the singular, in Finnish too."""

import re

import polib
from tests.telling import APPS

# "1 aika", "2 aikaa": in Finnish things are counted in the partitive from two on. Not "1 parilla", nor a verb.
COUNTED = re.compile(r"%\((?:count|n)\)[ds] (\w+[aä])(?<!ll[aä])(?<!ss[aä])(?<!st[aä])(?<!lt[aä])\b")
NO_NOUNS = {"lisää", "jää", "odottaa"}


def test_one_thing_is_not_counted_as_several() -> None:
    wrong = []
    for path in sorted(APPS.glob("*/locale/fi/LC_MESSAGES/django.po")):
        for entry in polib.pofile(str(path)):
            one, more = (COUNTED.search(entry.msgstr_plural.get(n, "")) for n in (0, 1))
            if one and more and one[1] == more[1] and one[1] not in NO_NOUNS:
                wrong.append(entry.msgstr_plural[0])
    assert wrong == []
