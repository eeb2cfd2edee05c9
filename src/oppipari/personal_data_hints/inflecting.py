"""Forms of a first name as Finnish and Swedish inflect it: Maijan, Pekalle, Markuksen, Annas."""

from collections.abc import Iterator

_VOWELS = "aeiouyäöå"
_BACK = "aou"
# Cases as they are added to a vowel: genitive, the six local ones but the illative, translative, abessive.
_WEAK = ("n", "lle", "ll{a}", "lt{a}", "ss{a}", "st{a}", "ksi", "tt{a}", "nkin", "llekin")
_STRONG = ("{a}", "n{a}", "kin", "ni", "ko", "k{o}")


def _harmony(name: str) -> tuple[str, str]:
    back = any(c in _BACK for c in name)
    return ("a", "o") if back else ("ä", "ö")


def _weak(stem: str) -> str:
    """Double k, p and t are single in a closed syllable: Pekka, Pekan. Other changes are rare in names."""
    return stem[:-2] + stem[-1] if len(stem) > 3 and stem[-2] == stem[-3] and stem[-2] in "kpt" else stem


def forms_of(name: str) -> Iterator[str]:
    """`name` (in small letters) and its inflected forms."""
    a, o = _harmony(name)
    yield name
    yield f"{name}s"  # Swedish genitive, and English without its apostrophe
    if name[-1] in _VOWELS:
        stem = name
    elif name.endswith("s"):
        yield f"{name}t{a}"
        stem = f"{name[:-1]}kse"
    else:
        stem = f"{name}i"
    weak = stem if stem.endswith("kse") else _weak(stem)
    for ending in _WEAK:
        yield weak + ending.format(a=a, o=o)
    for ending in _STRONG:
        yield stem + ending.format(a=a, o=o)
    yield f"{stem}{stem[-1]}n"  # into: Maijaan
    if stem.endswith("tu") and stem[-3:-2] in tuple(_VOWELS):
        for ending in _WEAK:
            yield f"{stem[:-2]}du{ending.format(a=a, o=o)}"  # Satu, Sadun
