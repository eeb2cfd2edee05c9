"""Which column is which: by its heading in three languages, worded somewhat differently, and by what its cells hold."""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum

from oppipari.exchange.answers import is_any_time, read_slots, read_stage, read_way
from oppipari.organisation.text import fold
from oppipari.rounds import vocabulary


class Field(StrEnum):
    """Our fields. A heading may be just such a name, or that in Finnish or Swedish; so may what --map says."""

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

SWEDISH = {
    "e-post": Field.EMAIL,
    "namn": Field.NAME,
    "förnamn": Field.FIRST_NAME,
    "efternamn": Field.LAST_NAME,
    "arbetsenhet": Field.UNIT,
    "enhet": Field.UNIT,
    "arbetslag": Field.TEAM,
    "chef": Field.SUPERVISOR,
    "skede": Field.STAGE,
    "kan dela": Field.SHARES,
    "vill lära mig": Field.WANTS,
    "arbetstid": Field.SLOTS,
    "mötessätt": Field.WAY,
    "språk": Field.LANGUAGES,
    "önskat skede": Field.WISHED_STAGE,
    "inte i par med": Field.EXCLUSION,
    "platser": Field.CAPACITY,
}
ALIASES = {
    "share": Field.SHARES,
    "can_share": Field.SHARES,
    "want": Field.WANTS,
    "wants_to_learn": Field.WANTS,
    "e_mail": Field.EMAIL,
    "mail": Field.EMAIL,
}

# Tried in this order; the first pattern that fits a heading names its field. More particular ones come first.
PATTERNS: list[tuple[Field, str]] = [
    (Field.EXCLUSION, r"(cannot|can't|can not|not) be paired|don't pair|do not pair|ei voi tulla|et voi (tulla|olla)|pariksi et|et halua (pariksi|parikse)|inte kan bilda|inte (kan |vill )?(paras|bilda)"),
    (Field.WISHED_STAGE, r"(learn from|keneltä toivot|keneltä haluat|av vem vill|wish.* stage|toivottu vaihe|önskat skede)"),
    (Field.WANTS, r"^(oppimistoive|opittava|learning goal|skills to learn|läromål)"),
    (Field.SHARES, r"can (you |i )?share|share with|to share|what .*(offer|teach)|voi(t|n|sit|sin) (jakaa|opettaa)|osaami\w* .*jakaa|mitä .*jaat|kan (du |jag )?dela|dela med|^(oma )?osaami(nen|seni|sesi)$|^vahvuu(det|teni|tesi)$|^(your |my |areas of )?(skills|strengths|expertise)$|what are your (skills|strengths)|^(ditt |mitt )?kunnande$"),
    (Field.WANTS, r"(like|want|wish|hope) to (learn|develop|improve|get better)|want.* learn|halu\w* (oppia|kehittyä)|mitä .*oppia|toivo\w* oppiv|vill (du |jag )?(lära|utveckla)|lära dig|lära mig"),
    (Field.SLOTS, r"when do you .*work|when .*work|working (time|hours)|shifts?\b|milloin .*(työskentel|töissä|työ)|työaja|työaika|työvuoro|när (arbetar|jobbar)|arbetstid|arbetsskift|arbetspass"),
    (Field.STAGE, r"in your career|career (stage|phase)|where are you in|experience level|seniority|työura|uran vaihe|uravaihe|uralla|karriär|yrkesbana|^(stage|vaihe|skede)$"),
    (Field.WAY, r"like to meet|way of meeting|how .*meet|meeting preference|haluat tavata|tavata|tapaamis|vill (du|ni) träffas|träffas|mötesform"),
    (Field.LANGUAGES, r"\blanguages?\b|\bkiel(i|et|esi|illä|ellä|iä)\b|språk"),
    (Field.SUPERVISOR, r"supervisor|line manager|^(your |my )?(manager|boss)\b|\bmanager'?s? name|esihenkilö|esimies|\bchef|förman"),
    (Field.CAPACITY, r"how many (mentees|people)|capacity|kuinka mon\w+ (aktori|ihmi)|montako|hur många (adepter|personer)"),
    (Field.EMAIL, r"e-?mail|sähköposti|s-posti|e-?post"),
    (Field.FIRST_NAME, r"^(first|given) name$|^etunimi$|^etunimesi$|^(ditt )?förnamn$"),
    (Field.LAST_NAME, r"^(last|family) name$|^surname$|^sukunimi$|^sukunimesi$|^(ditt )?efternamn$"),
    (Field.NAME, r"^(your |full |participant |participant's )*name$|^(oma )?(nimi|nimesi)$|koko nimi|vastaajan nimi|osallistujan nimi|^etu- ja sukunimi|^sukunimi ja etunimi|^first and last name|^name (and surname|.first)|^(ditt |hela |fullständigt )*namn$|^(för|efter)- och|name of (the )?participant"),
    (Field.TEAM, r"\bteam\b|\btiimi|arbetslag"),
    (Field.UNIT, r"work ?unit|\bunit\b|workplace|\bward\b|department|organi[sz]ation$|yksikkö|työpaikka|toimipaikka|osasto|arbetsenhet|enhet|arbetsplats|avdelning"),
]  # fmt: skip

# Columns that are about who somebody is rather than what they can and want: read by nobody, whatever --map says.
IDENTITY = re.compile(
    r"identity|characteristic|gender|\bsex\b|sexual|pronoun|orientation$|ethnic|\brace\b|minorit|religio|politic|disabilit|"
    r"nationalit|citizen|\bage\b|how old|birth|biograph|\bbio\b|marital|social security|\bssn\b|"
    r"sukupuol|\bikä(si|ryhmä|luokka|vuosi|nne)?\b|kuinka vanha|syntymä|syntynyt|kansalaisuu|kansallisuu|uskonto|uskonno|vammaisuu|"
    r"terveydentila|etni|siviilisää|henkilötunnu|\bhetu\b|"
    r"\bkön|ålder|\bfödelse|\bfödd\b|medborgar|nationell bakgrund|etnicitet|funktionsnedsättning|personnummer|personbeteckning",
)
# A day, a month, a year, the sign of the century, three digits and a check character; also inside a longer text.
PERSONAL_CODE = re.compile(
    r"(?<![\w-])(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])\d{2}[-+A-FU-Y]\d{3}[0-9A-FHJ-NPR-Y](?![\w-])", re.IGNORECASE
)
NUMBERING = re.compile(r"^(q?\d{1,3}\s*[.):]\s*)+|[\s*:]+$")
ADDRESS = re.compile(r"^[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}$")
IGNORED = re.compile(
    r"^(id|tunnus|start ?tid|starttid|start time|completion time|aloitusaika|valmistumisaika|slutförandetid)$"
)


def is_identity(heading: str) -> bool:
    """Whether a column is about identity, which is never used."""
    return bool(IDENTITY.search(fold(heading)))


def holds_personal_code(cell: str) -> bool:
    """Whether a text has a Finnish personal identity code in it."""
    return bool(PERSONAL_CODE.search(cell))


def looks_like_personal_codes(cells: Sequence[str]) -> bool:
    """Whether a column holds Finnish personal identity codes."""
    filled = [c for c in cells if c.strip()]
    return bool(filled) and sum(holds_personal_code(c) for c in filled) * 2 >= len(filled)


def by_heading(heading: str) -> Field | None:
    """The field a heading names, or None; a question's number and a star or colon at its end do not matter."""
    folded = NUMBERING.sub("", fold(heading))
    if not folded or IGNORED.match(folded) or is_identity(folded):
        return None
    return field_of(folded) or next((field for field, pattern in PATTERNS if re.search(pattern, folded)), None)


def headings_known(row: Sequence[str]) -> int:
    """How many fields a row names as headings; none where it holds an address, as rows of people do."""
    if any(ADDRESS.match(c.strip()) for c in row):
        return 0
    return len({field for c in row[:200] if len(c) <= 300 and (field := by_heading(c))})


def _answers(cell: str) -> list[str]:
    return [p for p in re.split(r"[;,\n]", cell) if p.strip()]


def _all_known(cell: str) -> bool:
    return all(vocabulary.find(p) for p in _answers(cell))


# What one cell of a column looks like where it holds the field.
LOOKS: dict[Field, Callable[[str], bool]] = {
    Field.EMAIL: lambda c: bool(ADDRESS.match(c.strip())),
    Field.SLOTS: lambda c: all(read_slots(p) or is_any_time(p) for p in _answers(c)),
    Field.WAY: lambda c: read_way(c) is not None,
    Field.STAGE: lambda c: read_stage(c) is not None,
    Field.SHARES: _all_known,
    Field.WANTS: _all_known,
}


def likeness(field: Field, cells: Sequence[str]) -> tuple[float, int]:
    """How well a column's cells suit a field: the share of filled cells that look like it, and how many are filled."""
    filled = [c for c in cells if c.strip()]
    looks = LOOKS.get(field)
    return (sum(map(looks, filled)) / len(filled) if looks and filled else 0.0), len(filled)


def by_content(cells: Sequence[str]) -> Field | None:
    """The field that most cells of a column speak for: addresses, working times, ways, stages, competences."""
    return next((f for f in LOOKS if f != Field.WANTS and likeness(f, cells)[0] >= 0.7), None)


def field_of(text: str) -> Field | None:
    """Our field by the name somebody wrote, in English, Finnish or Swedish."""
    folded = fold(text)
    plain = folded.replace(" ", "_").replace("-", "_")
    own = {str(field): field for field in Field} | ALIASES
    return FINNISH.get(folded) or SWEDISH.get(folded) or own.get(plain)
