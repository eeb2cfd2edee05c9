"""What can be wrong with a feed. Only a word of ours is kept; its sentence holds nothing of the address or the answer."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # The address, before anything is asked.
    "no_address": _("This is no address of a calendar. It looks like https://roster.example.org/calendar/abc.ics."),
    "not_https": _("Only addresses that begin with https:// are fetched. Ask your roster program for one."),
    "port": _("Addresses with a number of a port are not fetched. Ask your roster program for one without."),
    "password": _("The address holds a user name and a password. Ask your roster program for one without."),
    "own": _("This is the address of a calendar of Oppipari itself. Paste the one of your roster."),
    # The way there. A server that is not public and one that does not exist read the same: nobody learns from here
    # what there is in the operator's own network.
    "no_server": _("There is no public server at the address. Copy the whole address again."),
    "unreachable": _("The server could not be reached."),
    "certificate": _("The server's certificate is not valid, so nothing was fetched."),
    "slow": _("The server took too long."),
    # Its answer.
    "moved": _("The server sends us on to another address, and such are not followed. Paste the final address."),
    "not_allowed": _("The server did not let us in. Has the address been renewed or ended?"),
    "gone": _("There is no calendar at the address. Copy the whole address again."),
    "out_of_order": _("The server is out of order."),
    "too_large": _("The calendar is larger than one megabyte. Ask your roster program for a shorter time."),
    "not_calendar": _("What is at the address is no calendar. Look for a link that ends in .ics, or is called iCal."),
    "bad_calendar": _("The calendar is broken and could not be read."),
    "too_many_events": _("The calendar holds too many events. Ask your roster program for a shorter time."),
    "no_shifts": _("The calendar holds no shifts from now on: no events with a beginning and an end."),
    "busy": _("Somebody else is looking at this moment. Try again in a few seconds."),
    "unexpected": _("Something went wrong with us."),
}


class Trouble(Exception):  # troubles, not errors of the program
    """`word` is one of SENTENCES."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word

    @property
    def sentence(self) -> str:
        return sentence_of(self.word)


def sentence_of(word: str) -> str:
    """What happened, in the reader's language."""
    return str(SENTENCES.get(word, SENTENCES["unexpected"]))
