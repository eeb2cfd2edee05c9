"""What the terminal shows: what was understood of each roster, the meetings, what has no time, remarks."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from oppipari.exchange.meet.asked import PlanPair
from oppipari.exchange.meet.files import NOT_IN_ROSTER, Meetings, Missing, clock, weekday
from oppipari.exchange.meet.texts import SAYS
from oppipari.exchange.rosters import RosterReading
from oppipari.exchange.rosters.texts import shown_value

SHOWN_MEETINGS, SHOWN_REMARKS = 80, 30


def show_reading(out: Console, reading: RosterReading, lang: str) -> None:
    """What was understood of one roster, before anything is done with it."""
    says = SAYS[lang]

    def line(code: str, style: str | None = "dim", **params: Any) -> None:
        out.print(says[code].format(**params), style=style, markup=False, highlight=False, soft_wrap=True)

    days = shown_value(reading.first, lang), shown_value(reading.last, lang)
    line("understood", None, file=reading.file, people=len(reading.people), first=days[0], last=days[1])
    if legend := _legend(reading, lang):
        line("legend", legend=legend)
    if reading.away:
        line("away", count=reading.away)
    if reading.unused:
        line("unused", columns=", ".join(reading.unused[:20]))


def show(out: Console, answer: Meetings, lang: str) -> None:
    says = SAYS[lang]
    if answer.met:
        table = Table(title=says["meetings"], title_justify="left")
        table.add_column(says["when"], no_wrap=True)
        table.add_column(says["who"], ratio=1)
        table.add_column(says["number"], justify="right")
        for met in answer.met[:SHOWN_MEETINGS]:
            day = met.start.date()
            when = says["moment"].format(
                weekday=weekday(day, lang),
                day=f"{day:%-d %b}" if lang == "en" else f"{day.day}.{day.month}.",
                clock=clock(met, lang),
            )
            table.add_row(when, escape(_names(answer, met.pair, lang)), f"{met.number}")
        out.print(table)
        if (more := len(answer.met) - SHOWN_MEETINGS) > 0:
            out.print(says["more"].format(count=more))
    unlisted = sum(m.code == NOT_IN_ROSTER for m in answer.missing)
    if unlisted and unlisted == len(answer.missing) and not answer.met:
        out.print(_nobody(answer, says), style="bold", markup=False, highlight=False, soft_wrap=True)
    else:
        out.print(answer.proof, style="bold", highlight=False)
    if unlisted and (answer.met or unlisted < len(answer.missing)):
        out.print(says["unlisted"].format(count=unlisted), highlight=False, soft_wrap=True)
    if answer.missing:
        out.print(f"\n{says['unplaced']}", style="bold")
    for missing, numbers in _together(answer.missing):
        which = f"{numbers[0]}" if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
        text = says["missing" if len(numbers) == 1 else "missing_many"].format(
            names=_names(answer, missing.pair, lang), numbers=which, reason=missing.reason
        )
        out.print("  " + text, markup=False, highlight=False, soft_wrap=True)
    # Who is in no roster was told with the reasons.
    remarks = [r for r in answer.remarks if r.code != NOT_IN_ROSTER]
    if remarks:
        out.print(f"\n{says['remarks']}", style="bold")
    for r in remarks[:SHOWN_REMARKS]:
        place = [r.file, r.sheet, says["row"].format(row=r.row) if r.row else "", r.column]
        out.print(
            f"  {', '.join(p for p in place if p)}: {r.message(lang)}", markup=False, highlight=False, soft_wrap=True
        )
    if code := next((code for reading in answer.readings for code in reading.unknown), None):
        out.print(says["tell"].format(code=code), markup=False, highlight=False, soft_wrap=True)
    if (more := len(remarks) - SHOWN_REMARKS) > 0:
        out.print("  " + says["more"].format(count=more))


def _nobody(answer: Meetings, says: dict[str, str]) -> str:
    """Why no time was looked for at all: nobody of the plan is in the rosters, or of every pair somebody is not."""
    planned = [a for m in answer.missing for a in m.pair.addresses]
    if any(a in answer.people for a in planned):
        return says["no_whole_pair"]
    return says["nobody"].format(address=planned[0], addresses=len(answer.people))


def _together(missing: Sequence[Missing]) -> list[tuple[Missing, list[int]]]:
    """Meetings of one pair that have the same reason, told at once."""
    found: list[tuple[Missing, list[int]]] = []
    for one in missing:
        if found and (found[-1][0].pair, found[-1][0].reason) == (one.pair, one.reason):
            found[-1][1].append(one.number)
        else:
            found.append((one, [one.number]))
    return found


def _names(answer: Meetings, pair: PlanPair, lang: str) -> str:
    named = [answer.name(a) for a in pair.addresses]
    return f"{', '.join(named[:-1])} {SAYS[lang]['and']} {named[-1]}"


def _legend(reading: RosterReading, lang: str) -> str:
    """A 7.00–15.00 × 12, I 14.00–22.00 × 9: codes that occur, and how often."""
    used = {code: hours for code, hours in reading.legend.items() if reading.used.get(code)}
    return ", ".join(f"{code} {shown_value(hours, lang)} × {reading.used[code]}" for code, hours in used.items())
