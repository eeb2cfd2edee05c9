"""Sentences that promise telling, sending or inviting: how they are found, and which of them are so without mail."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import polib

import oppipari

APPS = Path(oppipari.__file__).parent
LANGUAGES = ("fi", "sv", "en")
# Words with which somebody is told, sent, mailed, reminded or invited by something that leaves the machine. A negated
# "lähde" is left out, and so is sending off a form; the rest is broad on purpose.
PROMISES = {
    "fi": re.compile(
        r"\bkerro(taan|ttiin)\b|\bon kerrottu|(?<!ei )(?<!eikä )\blähe(tetään|tettiin)\b|\blähetetty"
        r"|(?<!ei )\bläht(ee|evät|i|ivät)\b"
        r"|\b(saa|saat|saavat|saatte|sai|saitte|saivat|sait)\b[^.]{0,40}\b(viesti|tiedon|tietoa|kutsun|kirje|sähköposti|muistutuks)"
        r"|\bviesti(n|t|ä)?\b|\bmuistut|\bsähköpostilla|\bsähköpostin\b|\bkoodi tulee|kalenterikutsu"
        r"|kalenteri(in|inne|isi|insa)\b|kalentereihin|kalentereista|\bpyydetty|\bpyydetään|\bilmoitetaan",
        re.IGNORECASE,
    ),
    "sv": re.compile(
        r"\bfår\b[^.]{0,30}\b(besked|veta|meddelande|inbjudan|brev|e-post|påminnelse)"
        r"|\bfått (veta|besked|ett meddelande)|\bfick (ett|en)\b[^.]{0,20}(meddelande|inbjudan|brev)|\bmeddelande|\bpåminn"
        r"|\bskickas\b|\bskickat|\bgår (med|till)\b[^.]{0,20}(post|kalend|dem)|\bgick till\b|e-posten\b|med e-post"
        r"|\bi .{0,10}kalendrar|kalenderinbjudan|till .{0,10}(kalender|kalendrar)|\bhar bett|\bmeddelas",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(is|are|been|was|were|be|being) (then )?(told|sent|mailed|reminded|notified|invited)\b"
        r"|\b(gets?|got|comes? with) (a|an|no|such)? ?(message|e-mail|letter|reminder|invitation|code)"
        r"|\bmessages?\b|\breminders?\b|\bcomes? to (your|their)\b|\bgo(es)? (by e-mail|to (those|everyone))"
        r"|\bcalendar invitation|\bby e-mail\b|\btheir calendars?\b|\bthe calendars\b|\b(has|have) been asked\b",
        re.IGNORECASE,
    ),
}

# Sentences that are so without mail, by why they are. Who adds one says in which way it is.
SO_WITHOUT_MAIL = {
    "It says that nothing is sent, or that nobody is told": [
        "Not everyone gets a message about it: tell them yourself, too.",
        "Your partner gets no message about it: tell them yourself.",
        "No messages were sent: everyone sees the questionnaire on their own page.",
        "Nobody gets a message about it: tell it in the weekly meeting.",
        "It disappears for everyone, and its words from trials that began with it. Nobody is told who took it back.",
        "No message is sent: they see the question on their own page.",
        "The insight stays on the wall. Nobody is told who of you kept it.",
        "Your supervisor asked whether this still belongs on the wall, and one of you keeps it there. Nobody is told who.",
        "Your supervisor asks whether this still belongs on the wall. It leaves on %(day)s, unless one of you keeps it. The supervisor does not learn who was asked.",
        "Everyone sees them on their own page and can take them into a calendar there. No invitations are sent: tell the pairs yourself.",
        "This installation sends no e-mail now, so no reminders come either.",
        "Reminders are off. All else goes on as before.",
        "They then see it on their own page. No message is sent: tell them yourself, too.",
        "For instance when somebody changes jobs or is away for long. All of them see at the same moment that their meetings have ended, and nobody is told why.",
        "If the pair ends, nobody learns why. Perhaps somebody just had no time to answer.",
        "No message is sent: it shows on each one's own page.",
        "Nobody is told who wished for it. Your supervisor sees only that the pair has ended.",
        "Nobody is told who wished for it. Your supervisor sees only that the trio has ended.",
        "If the trio ends, nobody learns why. Perhaps somebody just had no time to answer.",
        "Your trio has ended. It is nobody's fault, and nobody is told who wished for it.",
        "“Let's try” counts once a browser. Nobody learns who pressed; a press leaves a random number in your browser, so that it can be taken back.",
        "No e-mail is sent.",
        "No code reaches you by e-mail, so this link is your way back to your own page.",
        "You have no way back here yet: no code reaches you by e-mail. Make a link of your own, and keep it.",
        "Only you see this. All of you see it at the same moment, and nobody is told who wished for it. Until then everything is as before.",
        "They see their pair when they open their own page. This installation sends no messages.",
        "This installation sends no messages, so you tell everyone yourself.",
        "Your pair has ended. It is nobody's fault, and nobody is told who wished for it.",
        "No message is sent: you get slips to hand over and a text to copy.",
        "No message is sent: make a sheet of them, and hand each person their own.",
        "Nobody is invited twice to the same round, whatever they have answered.",
        "Sign-up is closed, so nobody can be invited now. Open it again, or move its closing day in the settings.",
        "%(file)s, row 1: no column holds e-mail addresses, so nobody can be invited. Columns: %(columns)s. Add a column with the heading E-mail and choose the file again.",
        "For safety it was not sent. If you signed in or out in another tab meanwhile, that is the reason. Open the page anew and send it once more.",
        "So your text was not sent. Sign in, and send it once more.",
    ],
    "The supervisor tells, hands over or copies it themselves": [
        "A text to copy",
        "Slips and text",
        "There are slips to hand over and a text to copy.",
        "You are invited to mentoring",
        "You are invited to mentoring: two colleagues meet %(count)s times, %(minutes)s minutes at a time, in working time. Both learn. It is voluntary.",
        "Did you get an invitation? Open its link or QR code on your phone: it takes under a minute, and no password is needed.",
    ],
    "It stands on the page that it speaks of, and people are asked there": [
        "People have been asked to answer by %(day)s.",
        "A word in the weekly meeting helps more than a reminder.",
    ],
    "People take their meetings into their own calendars themselves": [
        "To my calendar",
        "How your meetings come to the calendar you use every day.",
        "Open the calendar and choose “Add calendar”.",
        "Paste the address and press “Add calendar”. It then shows on your phone, too.",
    ],
    "It turns off what nothing comes of": [
        "Reminders",
        "Turn reminders off",
        "Turn reminders on",
    ],
    "It is about addresses or rules, not about anything sent": [
        "The organisation's own mail domains",
        "Write the work e-mail.",
        "More than one of those who take part fits these names, so they were left out. Add a column of e-mail addresses:",
        "Who signs up without being invited waits until the supervisor says that they know them, and until then sees nothing of the unit. Whoever has confirmed an address at one of these domains with a code takes part at once.",
    ],
    "It names what is kept about somebody, or how a service handles it": [
        "A discreet title in calendars",
        "Emptied when sent; that one was sent is known for six months.",
        "Last reminder",
        "Letters to you that are on their way",
        "Letters to your address come back since",
        "Messages to you, until they have been sent.",
        "Reminders by e-mail",
        "So that you are recognised and messages are in your language.",
        "Suggestions and plans that you asked for",
        "The link of a meeting on Teams, where that is connected. Microsoft learns the time of the meeting, nothing else.",
        "The mail server refused the letter",
        "Your choices about calendar and reminders, the day of the last reminder, and a hash of your calendar's secret address.",
    ],
    "The word means something else: a trial, words or an idea that leaves or begins, a promise, a number that is shown": [
        "Open answers are not shown at this address: whoever wrote one was told that the unit reads it, and the address may go farther.",
        "It opens the unit's wall (insights, trials, what you concluded together) and what its closed rounds brought, but not the open answers: whoever wrote one was told that the unit reads it. Nothing else opens with it.",
        "“Let's try” can be pressed there, once a browser. These presses are told apart from those of colleagues who signed in, since nobody knows whose they are.",
        "%(n)s trial was started.",
        "An insight was taken back, and its words with it. Say in your own words what your trial is about.",
        "It came from an insight on our wall",
        "The insight was taken back or changed, and its words left this trial, too. Say in your own words what you are trying.",
        "What the pair wrote is filled in as it is. Make it your own words: if the pair takes the insight back, those very words leave the trial, too.",
    ],
}
# Sentences that may be said only where a message leaves: whatever page or action says one asks first.
ONLY_WITH_MAIL = [
    "They are sent a message about it on %(when)s.",
    "A message goes on %(when)s to those with a known e-mail address. The others see it on their own page: tell them.",
    "Everyone who was in a pair gets a message about it on %(when)s.",
    "A message goes on %(when)s to those whose e-mail address is known (%(mailed)s/%(asked)s); the others see the questionnaire on their own page.",
    "Messages about new pairs leave on %(when)s. Perhaps %(n)s person gets none.",
    "Messages about new pairs leave on %(when)s. Those below may not get one: tell them yourself.",
    "Messages about new pairs leave on %(when)s.",
    "A message leaves, but nobody has confirmed the address.",
    "Everyone in a pair is sent a message.",
    "A message goes, on weekdays between 8 and 16, to those whose e-mail address is known (%(mailed)s/%(asked)s); the others see the questionnaire on their own page.",
    "Everyone who was in a pair gets a message about it, on weekdays between 8 and 16.",
    "Everyone who took part gets a message about it, also those without a pair, where their e-mail address is known.",
    "Everyone who took part gets a message about it, where their e-mail address is known.",
    "Nobody is signed up by it: each person gets an invitation to confirm.",
    "Calendar invitations go to those with a known e-mail address. The others see the times on their own page: tell them.",
    "Invitations by e-mail already put agreed meetings into your calendar. With both, each meeting may show twice.",
    "Invitations go to everyone's calendar.",
    "It comes to your calendar, too.",
    "My calendar and reminders",
    "Remind me by e-mail",
    "Reminders are on again.",
    "The others are sent a message about it.",
    "Your partner is sent a message about it.",
    "Who has a known e-mail address is sent a message about it. Tell the others yourself.",
    "Whoever got it as a calendar invitation sees it leave the calendar.",
    "You get a reminder by e-mail when no meeting is agreed, when the time of a meeting has passed, or when something waits for your approval or your choice: on working days only, at most once a week.",
    "Those with a known e-mail address get a message, at the latest on the next working morning. The others see it on their own page: tell them.",
    "No link is needed: people sign in with a code that comes to their e-mail.",
    "Sign in by e-mail",
    "The supervisor was added and gets an e-mail.",
    "They are then sent a message about it.",
    "They get a message about it, at the latest on the next working morning.",
    "Those with a known e-mail address are then sent a message. The others see it on their own page: tell them.",
    "You can also sign in with your work e-mail: a code comes to your mailbox.",
    "A message may not reach %(n)s person.",
    "A message goes there, but nobody has confirmed the address.",
    "A message goes to everyone in a pair.",
    "Everyone in a pair gets a message, on weekdays between 8 and 16.",
    "Nobody needs to be told by hand",
    "A message may not reach those below: tell them yourself.",
    "You get a message then.",
    "An invitation can be forwarded by mistake. So a code is sent to the address that was invited, and with it you go on.",
    "It goes by e-mail.",
    "Messages go through your organisation's own mail.",
    "The invitations were sent by e-mail, so there is no sheet to hand over.",
    "They go by e-mail.",
    "A code is on its way to the address that was invited. Write it here: then the invitation is yours, and you stay the same person. You have half an hour.",
    "Is the invited address yours, too, or was it? Then a code is sent to it. With the code the invitation becomes yours here, and you stay the same person, with what you have.",
    "You are signed in with another address than the one that was invited.",
    "No password is needed: a code comes to your work e-mail.",
    "A code comes to the old address and one to the new. If you can no longer read the old one, the address cannot be changed here: nobody could know that it is you. Ask those who look after your e-mail to pass the old address on to the new one for a while.",
    "A code of its own is on its way to each mailbox, the old and the new. So nobody else can take your place, and your place cannot go to somebody else's address by mistake. You have half an hour.",
    "Did no code come to the new address? Perhaps it has a mistake, or it is in use here already; then a letter there says so.",
    "Letters to this address come back: its mail server says that there is no such mailbox.",
    "The codes do not match. Look at both letters: each has a code of its own.",
    "Too many codes have been asked for within an hour. Try again a little later.",
    "Letters to your address %(address)s come back. Correct it, so that messages reach you.",
    "Neither codes nor messages arrive. Ask for the right address: people change it themselves on their page “My data”. Until then give them a sign-in link yourself.",
    "The mail server says that there is no such address, so nothing sent to it arrives.",
    "These letters came back",
    "Letters to %(count)d person come back. Give them a link yourself, and ask for the right address.",
]


class Text(NamedTuple):
    """A text of the catalogues in the three languages, its plural beside it."""

    app: str
    msgid: str
    said: dict[str, list[str]]

    @property
    def promises(self) -> list[str]:
        """The languages in which it has words of telling."""
        return [lang for lang, texts in self.said.items() if any(PROMISES[lang].search(t) for t in texts)]


def texts() -> Iterator[Text]:
    """All texts but those of letters, which exist only where they are sent."""
    for path in sorted(APPS.glob("*/locale/fi/LC_MESSAGES/django.po")):
        app = path.relative_to(APPS).parts[0]
        if app == "messages":
            continue
        swedish = {e.msgid: e for e in polib.pofile(str(path).replace("/fi/", "/sv/"))}
        for entry in polib.pofile(str(path)):
            if entry.obsolete:
                continue
            said = {
                lang: [e.msgstr, *e.msgstr_plural.values()] for lang, e in (("fi", entry), ("sv", swedish[entry.msgid]))
            }
            said["en"] = [entry.msgid, entry.msgid_plural or ""]
            yield Text(app, entry.msgid, {lang: [t for t in found if t] for lang, found in said.items()})


HOLE = re.compile(r"%\(\w+\)[sd]")


@cache
def so_without_mail(lang: str) -> "re.Pattern[str]":
    """Finds any of the sentences that are so without mail, with whatever stands in their holes."""
    wanted = {msgid for listed in SO_WITHOUT_MAIL.values() for msgid in listed}
    found = {said for text in texts() if text.msgid in wanted for said in text.said[lang]}
    longest_first = sorted(found, key=len, reverse=True)
    return re.compile(
        "|".join(_anywhere(said) if said.endswith((".", "!", "?")) else _alone(said) for said in longest_first)
    )


def _anywhere(sentence: str) -> str:
    return ".+?".join(re.escape(part) for part in HOLE.split(sentence))


def _alone(label: str) -> str:
    """A heading, also in the page's title, or a button is so by itself, not as the beginning of a sentence."""
    return f"^{_anywhere(label)}(?: – Oppipari)?$"


def promised(line: str, lang: str) -> str:
    """What is promised in a line of a page that is not so without mail; "" where nothing is."""
    plain = " ".join(line.split())
    rest = so_without_mail(lang).sub(" ", plain)
    return plain if PROMISES[lang].search(rest) else ""
