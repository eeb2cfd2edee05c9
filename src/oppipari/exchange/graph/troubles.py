"""What can go wrong outside, by what is to be done about it. Only a word of ours is kept, never what a server wrote."""

from datetime import timedelta


class Trouble(Exception):  # troubles, not errors of the program
    """`word` says what happened (`WORDS` of `command` explains it to the one who looks after the installation)."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


class Later(Trouble):
    """It may go well later; `pause` where the server told how long to wait. An event may have been made already."""

    def __init__(self, word: str, pause: timedelta | None = None, event_id: str = "") -> None:
        super().__init__(word)
        self.pause, self.event_id = pause, event_id


class Vanished(Trouble):
    """The event is no longer in the calendar."""


class SignIn(Trouble):
    """The installation has to sign in again, or to be let in again."""


class Refused(Trouble):
    """It is refused and will be, until somebody changes something."""
