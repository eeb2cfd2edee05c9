"""Which of the people we know a name in a roster means: in either order of its words, and never by a guess."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from oppipari.organisation.text import fold

type Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamesFound[K: Hashable]:
    """What was made of names, by their place in the list.

    `found`: the one who is meant. `shortened`: those of them that are known by initials or by some of their names only
    ("Laine A."), which somebody must see before it counts. `unsure`: those that several people fit, or that several names
    fit one person; nobody was taken for them.
    """

    found: dict[int, K] = field(default_factory=dict)
    shortened: set[int] = field(default_factory=set)
    unsure: dict[int, list[K]] = field(default_factory=dict)


def find_names[K: Hashable](names: Sequence[str], known: Mapping[K, str]) -> NamesFound[K]:
    """Find the people of `known` (key to name) whom `names` mean; each person is meant by one name at most.

    First as written, then in any order of the words ("Laine, Aino"), then without marks on letters, last shortened.
    """
    result: NamesFound[K] = NamesFound()
    for way in (_as_written, _in_any_order, name_words):
        _by_key(result, names, known, way)
    _shortened(result, names, known)
    return result


def name_words(name: str) -> Words:
    """The words of a name in the order of the alphabet, without marks on letters."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", fold(name)) if not unicodedata.combining(c))
    return _words(bare)


def _as_written(name: str) -> Words:
    return (fold(name),) if name.strip() else ()


def _in_any_order(name: str) -> Words:
    return _words(fold(name))


def _words(text: str) -> Words:
    return tuple(sorted("".join(c if c.isalpha() else " " for c in text).split()))


def _open[K: Hashable](
    result: NamesFound[K], names: Sequence[str], known: Mapping[K, str]
) -> tuple[list[int], list[K]]:
    """The names and people of whom nothing is decided yet."""
    met = set(result.found.values())
    places = [i for i in range(len(names)) if i not in result.found and i not in result.unsure]
    return places, [key for key in known if key not in met]


def _by_key[K: Hashable](
    result: NamesFound[K], names: Sequence[str], known: Mapping[K, str], way: Callable[[str], Words]
) -> None:
    """Decide on names that are the same as somebody's in one `way` of looking at them."""
    places, keys = _open(result, names, known)
    people: dict[Words, list[K]] = defaultdict(list)
    for key in keys:
        people[way(known[key])].append(key)
    fits = {i: people[words] for i in places if (words := way(names[i])) and people.get(words)}
    _decide(result, fits)


def _shortened[K: Hashable](result: NamesFound[K], names: Sequence[str], known: Mapping[K, str]) -> None:
    places, keys = _open(result, names, known)
    with_word: dict[str, dict[K, Words]] = defaultdict(dict)
    for key in keys:
        words = name_words(known[key])
        for word in words:
            with_word[word][key] = words
    fits: dict[int, list[K]] = {}
    for i in places:
        words = name_words(names[i])
        near = {key: theirs for word in words if len(word) > 1 for key, theirs in with_word.get(word, {}).items()}
        if fitting := [key for key, theirs in near.items() if is_short_for(words, theirs)]:
            fits[i] = fitting
    before = set(result.found)
    _decide(result, fits)
    result.shortened.update(set(result.found) - before)


def _decide[K: Hashable](result: NamesFound[K], fits: Mapping[int, list[K]]) -> None:
    """Take what fits one person and no other, and is the only name that fits that person."""
    wanted: dict[K, int] = defaultdict(int)
    for keys in fits.values():
        for key in keys:
            wanted[key] += 1
    for i, keys in fits.items():
        if len(keys) == 1 and wanted[keys[0]] == 1:
            result.found[i] = keys[0]
        else:
            result.unsure[i] = list(keys)


def is_short_for(a: Words, b: Words) -> bool:
    """Whether one name is the other in short: each word of the shorter is a word of the longer or the initial of one.

    At least one whole word must be the same; a single word is nobody's name in short.
    """
    short, long = sorted((list(a), list(b)), key=len)
    if len(short) < 2:
        return False
    same = [w for w in short if len(w) > 1 and w in long]
    rest = list(long)
    for word in same:
        if word not in rest:
            return False
        rest.remove(word)
        short.remove(word)
    for word in short:
        fitting = next((other for other in rest if min(len(word), len(other)) == 1 and word[0] == other[0]), None)
        if fitting is None:
            return False
        rest.remove(fitting)
    return bool(same)
