"""What is logged: never an address that opens something by itself."""

import logging
import re

SECRET = re.compile(r"/(calendar|invitation|link|met|read|reminders|tv)/[^/\s]+")


class NoSecretAddresses(logging.Filter):
    """Take the secret out of the addresses in a message: of feeds, screens, reading addresses, invitations, sign-in links,
    and links that turn reminders off or tell that a meeting was held."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if clean := SECRET.sub(r"/\1/…", text):
            record.msg, record.args = clean, ()
        return True
