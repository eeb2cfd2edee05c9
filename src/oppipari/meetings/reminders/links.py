"""What the signed links of reminders carry: short, so that no letter has a line too long to stay whole."""

from django.core import signing

# 132 bits of the signature: nobody finds them by trying.
LENGTH = 22


class _Short(signing.Signer):
    def signature(self, value: bytes | str, key: bytes | str | None = None) -> str:
        return super().signature(value, key)[:LENGTH]


def signed(value: str, salt: str) -> str:
    """`value` with a signature that holds for `salt` only."""
    return _Short(salt=salt).sign(value)


def unsigned(token: str, salt: str) -> str:
    """What was signed; raises signing.BadSignature where it was not.

    Letters sent before signatures were short are in mailboxes still: theirs hold, too.
    """
    short = len(token.rpartition(":")[2]) <= LENGTH
    return (_Short if short else signing.Signer)(salt=salt).unsign(token)
