"""Mail that anybody can get: an address there says nothing of where somebody works.

The list cannot be complete; it is there to catch a mistake. What an organisation writes in its settings is its own word.
"""

# The same name under many endings: hotmail.com, hotmail.fi, hotmail.co.uk.
NAMES = frozenset([
    "aol", "fastmail", "gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "mail", "mailinator", "msn",
    "outlook", "proton", "protonmail", "rocketmail", "tuta", "tutamail", "tutanota", "windowslive", "yahoo",
    "yandex", "ymail", "zoho",
])  # fmt: skip

# With everything below them: pp.inet.fi is inet.fi's.
DOMAINS = frozenset([
    "126.com", "163.com", "anvianet.fi", "appleid.com", "bredband.net", "comhem.se", "dnainternet.net",
    "duck.com", "elisanet.fi", "email.com", "eunet.fi", "glocalnet.net", "guerrillamail.com", "hey.com",
    "hush.com", "hushmail.com", "iki.fi", "inbox.com", "inet.fi", "jippii.fi", "kapsi.fi", "kolumbus.fi",
    "kotiposti.net", "kotinet.com", "luukku.com", "luukku.fi", "mac.com", "mail.ru", "mailbox.org",
    "mailfence.com", "mbnet.fi", "me.com", "multi.fi", "netikka.fi", "netti.fi", "nettilinja.fi", "nic.fi",
    "passagen.se", "phnet.fi", "pm.me", "pobox.com", "posteo.de", "posteo.net", "qq.com", "relay.firefox.com",
    "runbox.com", "saunalahti.fi", "sci.fi", "sonera.fi", "spray.se", "suomi24.fi", "suomi.net", "surffi.net",
    "swipnet.se", "tele2.se", "telia.com", "temp-mail.org", "tempmail.com", "trashmail.com", "tuta.io",
    "web.de", "welho.com", "wippies.com", "wippies.fi", "yopmail.com",
])  # fmt: skip

# Second halves under which anybody registers: whoever writes *.co.uk names a whole country.
SHARED = frozenset([
    "ac", "co", "com", "edu", "gov", "gob", "go", "ne", "net", "nom", "or", "org",
])  # fmt: skip


def is_ending(labels: list[str]) -> bool:
    """Whether the labels are an ending under which names are registered, like fi or co.uk, rather than somebody's name."""
    return len(labels) == 1 or (len(labels) == 2 and len(labels[1]) == 2 and labels[0] in SHARED)


def is_public(domain: str) -> bool:
    """Whether anybody can get an address at `domain` (folded, without "*.")."""
    labels = domain.split(".")
    if any(".".join(labels[i:]) in DOMAINS for i in range(len(labels))):
        return True
    # The name right before the ending: outlook.fi, but not outlook.kaupunki.fi.
    return any(labels[i] in NAMES and is_ending(labels[i + 1 :]) for i in range(len(labels) - 1))
