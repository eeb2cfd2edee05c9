"""Which column is which: by its heading in three languages, worded somewhat differently, and by what its cells hold."""

import re
from collections.abc import Sequence
from enum import StrEnum

from oppipari.exchange.answers import read_slot, read_stage, read_way
from oppipari.organisation.text import fold
from oppipari.rounds import vocabulary


class Field(StrEnum):
    """Our fields. Names in Finnish are accepted by --map too."""

    EMAIL = "email"
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    UNIT = "unit"
    TEAM = "team"
    SUPERVISOR = "supervisor"
    STAGE = "stage"
    SHARES = "shares"
    WANTS = "wants"
    SLOTS = "slots"
    WAY = "way"
    LANGUAGES = "languages"
    WISHED_STAGE = "wished_stage"
    EXCLUSION = "exclusion"
    CAPACITY = "capacity"


FINNISH = {
    "sähköposti": Field.EMAIL,
    "nimi": Field.NAME,
    "etunimi": Field.FIRST_NAME,
    "sukunimi": Field.LAST_NAME,
    "työyksikkö": Field.UNIT,
    "yksikkö": Field.UNIT,
    "tiimi": Field.TEAM,
    "esihenkilö": Field.SUPERVISOR,
    "vaihe": Field.STAGE,
    "voin jakaa": Field.SHARES,
    "haluan oppia": Field.WANTS,
    "työaika": Field.SLOTS,
    "tapa": Field.WAY,
    "kielet": Field.LANGUAGES,
    "toivottu vaihe": Field.WISHED_STAGE,
    "ei pariksi": Field.EXCLUSION,
    "paikkoja": Field.CAPACITY,
}

# Tried in this order; the first pattern that fits a heading names its field. More particular ones come first.
PATTERNS: list[tuple[Field, str]] = [
    (Field.EXCLUSION, r"(cannot|can't|can not|not) be paired|ei voi tulla|et voi (tulla|olla)|pariksi et|inte kan bilda|inte (kan )?paras"),
    (Field.WISHED_STAGE, r"(learn from|keneltä toivot|keneltä haluat|av vem vill|wish.* stage|toivottu vaihe|önskat skede)"),
    (Field.SHARES, r"can (you |i )?share|share with|what .*(offer|teach)|voit jakaa|voin jakaa|osaami\w* .*jakaa|mitä .*jaat|kan (du )?dela|dela med"),
    (Field.WANTS, r"(like|want|wish|hope) to learn|want.* learn|halu\w* oppia|mitä .*oppia|toivot oppivasi|vill (du )?lära|lära dig|lära mig"),
    (Field.SLOTS, r"when do you .*work|when .*work|working (time|hours)|shifts?\b|milloin .*(työskentel|töissä|työ)|työaja|työvuoro|när (arbetar|jobbar)|arbetstid|arbetsskift"),
    (Field.STAGE, r"in your career|career stage|where are you|experience level|seniority|työura|uran vaihe|uralla|karriär|yrkesbana"),
    (Field.WAY, r"like to meet|way of meeting|how .*meet|haluat tavata|tavata|tapaamis|vill (du|ni) träffas|träffas|mötesform"),
    (Field.LANGUAGES, r"\blanguages?\b|kiel(i|et|illä|ellä|iä)|språk"),
    (Field.SUPERVISOR, r"supervisor|line manager|\bboss\b|\bmanager'?s? name|esihenkilö|esimies|\bchef|förman"),
    (Field.CAPACITY, r"how many (mentees|people)|capacity|kuinka mon\w+ aktori|montako|hur många (adepter|personer)"),
    (Field.EMAIL, r"e-?mail|sähköposti|s-posti|e-?post"),
    (Field.FIRST_NAME, r"^(first|given) name|^etunimi|^förnamn"),
    (Field.LAST_NAME, r"^(last|family) name|^surname|^sukunimi|^efternamn"),
    (Field.NAME, r"^(your |full )?name$|^nimi(si)?$|koko nimi|^(ditt )?namn$|name of (the )?participant"),
    (Field.TEAM, r"\bteam\b|\btiimi|arbetslag"),
    (Field.UNIT, r"work ?unit|\bunit\b|workplace|department|organi[sz]ation$|yksikkö|työpaikka|osasto|arbetsenhet|enhet|arbetsplats|avdelning"),
]  # fmt: skip

# Columns that are about who somebody is rather than what they can and want: read by nobody, whatever --map says.
IDENTITY = re.compile(
    r"identity|characteristic|gender|\bsex\b|sexual|ethnic|\brace\b|religio|disab|nationalit|\bage\b|birth|biograph|"
    r"sukupuoli|\bikä|syntymä|kansalaisuus|uskonto|vammai|terveyd|etninen|henkilötunnus|\bhetu\b|"
    r"\bkön\b|ålder|födelse|medborgar|personnummer|personbeteckning",
)
PERSONAL_CODE = re.compile(r"^\d{6}[-+A-FU-Y]\d{3}[0-9A-Z]$", re.IGNORECASE)
ADDRESS = re.compile(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}$")
IGNORED = re.compile(
    r"^(id|tunnus|start ?tid|starttid|start time|completion time|aloitusaika|valmistumisaika|slutförandetid)$"
)


def is_identity(heading: str) -> bool:
    """Whether a column is about identity, which is never used."""
    return bool(IDENTITY.search(fold(heading)))


def looks_like_personal_codes(cells: Sequence[str]) -> bool:
    """Whether a column holds Finnish personal identity codes."""
    filled = [c.strip() for c in cells if c.strip()]
    return bool(filled) and sum(bool(PERSONAL_CODE.match(c)) for c in filled) * 2 >= len(filled)


def by_heading(heading: str) -> Field | None:
    """The field a heading names, or None."""
    folded = fold(heading)
    if not folded or IGNORED.match(folded) or is_identity(folded):
        return None
    return next((field for field, pattern in PATTERNS if re.search(pattern, folded)), None)


def by_content(cells: Sequence[str]) -> Field | None:
    """The field that most cells of a column speak for: addresses, working times, stages, ways of meeting."""
    filled = [c for c in cells if c.strip()][:200]
    if not filled:
        return None

    def mostly(fits: int) -> bool:
        return fits >= 0.7 * len(filled)

    if mostly(sum(bool(ADDRESS.match(c.strip())) for c in filled)):
        return Field.EMAIL
    parts = [[p for p in re.split(r"[;,\n]", c) if p.strip()] for c in filled]
    if mostly(sum(all(read_slot(p) is not None for p in ps) for ps in parts)):
        return Field.SLOTS
    if mostly(sum(read_way(c) is not None for c in filled)):
        return Field.WAY
    if mostly(sum(read_stage(c) is not None for c in filled)):
        return Field.STAGE
    if mostly(sum(all(vocabulary.find(p) for p in ps) for ps in parts)):
        return Field.SHARES
    return None


def field_of(text: str) -> Field | None:
    """Our field by the name somebody wrote, in English or Finnish."""
    folded = fold(text)
    if folded in FINNISH:
        return FINNISH[folded]
    plain = folded.replace(" ", "_").replace("-", "_")
    aliases = {
        "share": "shares",
        "can_share": "shares",
        "want": "wants",
        "wants_to_learn": "wants",
        "e_mail": "email",
        "mail": "email",
    }
    plain = aliases.get(plain, plain)
    return Field(plain) if plain in set(Field) else None
