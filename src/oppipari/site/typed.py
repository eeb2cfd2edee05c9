"""What somebody had typed when it could not be taken: given back on the page that says why, and kept nowhere."""

import re

from django.http import HttpRequest

# More than a form of ours takes; what a machine sends need not be given back.
LONGEST, MOST = 4000, 40
# Hidden fields hold lower-case words, numbers and hashes; people write words with spaces or a capital letter, or other letters.
WRITTEN = re.compile(r"\S\s+\S|^[A-ZÅÄÖ][^\W\d_]{2,}|[^\x00-\x7f]")
NOT_WRITTEN = {"csrfmiddlewaretoken", "next", "stamp", "fingerprint", "seen", "password"}


def typed(request: HttpRequest) -> list[str]:
    """The texts of a post in the order of its fields, each once; [] for anything but a plain form."""
    if request.method != "POST" or request.headers.get("HX-Request"):
        return []
    found: dict[str, None] = {}
    for name, values in request.POST.lists():
        for value in values:
            text = str(value).strip()
            if name not in NOT_WRITTEN and len(text) <= LONGEST and WRITTEN.search(text):
                found[text] = None
    return list(found)[:MOST]
