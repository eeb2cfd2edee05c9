"""What is logged: never an address that opens something by itself."""

import logging
import re

SECRET = re.compile(r"/(calendar|link|reminders|tv)/[^/\s]+")


class NoSecretAddresses(logging.Filter):
    """Take the secret out of the addresses in a message: of feeds, screens, sign-in links and links that turn reminders off."""

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if clean := SECRET.sub(r"/\1/…", text):
            record.msg, record.args = clean, ()
        return True
