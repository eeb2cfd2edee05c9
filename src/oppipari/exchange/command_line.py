"""What the commands share: how they refuse and end, in whose language, what they read and where they write."""

import errno
import locale
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import typer
from rich.console import Console
from xlsxwriter.exceptions import XlsxWriterException

from oppipari.exchange.files import MAX_FILE, MEGABYTE, UnreadableFile
from oppipari.exchange.os_reasons import os_reason

UNREADABLE, STOPPED = 2, 130


class LangOfThree(StrEnum):
    """The language of an answer, where a command speaks all three."""

    FI = "fi"
    SV = "sv"
    EN = "en"


@dataclass
class Refusal(Exception):
    """What the command says before it ends with `status`."""

    sentence: str
    status: int = UNREADABLE


@contextmanager
def ending(err: Console, stopped: str) -> Iterator[None]:
    """End the command with its sentence on a Refusal, and with `stopped` on Ctrl-C."""
    try:
        yield
    except Refusal as refusal:
        err.print(refusal.sentence, style="bold red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(refusal.status) from None
    except KeyboardInterrupt:
        err.print(stopped)
        raise typer.Exit(STOPPED) from None


def own_language() -> str:
    """Finnish where the user's locale is; the environment first, since the locale may not be installed."""
    told = next((v for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(name))), None)
    return "fi" if (told or locale.getlocale()[0] or "").lower().startswith("fi") else "en"


def environment_language() -> str:
    """Swedish, too, where the environment is Swedish."""
    told = next((v for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(name))), "")
    return "sv" if told.lower().startswith("sv") else own_language()


def check_outputs(files: list[Path], outputs: list[Path], says: dict[str, str]) -> None:
    """Nothing is written over what was read or over another result; raises Refusal."""
    seen = {path.resolve() for path in files}
    for path in outputs:
        if path.resolve() in seen:
            raise Refusal(says["same_file"].format(path=path))
        seen.add(path.resolve())


def check_places(json: Path | None, xlsx: Path | None, scores: Path | None, says: dict[str, str]) -> None:
    """What could not be written is told before the long work, not after it; raises Refusal."""
    if xlsx and xlsx.suffix.lower() != ".xlsx":
        raise Refusal(says["xlsx_name"].format(path=xlsx))
    for path in filter(None, (json, xlsx, scores)):
        number = None
        if path.is_dir():
            number = errno.EISDIR
        elif not path.parent.is_dir():
            number = errno.ENOTDIR if path.parent.exists() else errno.ENOENT
        elif not os.access(path if path.exists() else path.parent, os.W_OK):
            number = errno.EACCES
        if number:
            raise Refusal(says["no_write"].format(path=path, why=os_reason(OSError(number, ""), says["language"])))


def check_folder(folder: Path | None, says: dict[str, str]) -> None:
    """The same for a folder that is made where it is missing; raises Refusal."""
    if folder is None:
        return
    there = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not there.is_dir():
        number = errno.ENOTDIR
    elif not os.access(there, os.W_OK | os.X_OK):
        number = errno.EACCES
    else:
        return
    raise Refusal(says["no_write"].format(path=folder, why=os_reason(OSError(number, ""), says["language"])))


def read_data(path: Path, says: dict[str, str]) -> bytes:
    """A file's bytes, no more than MAX_FILE; raises UnreadableFile or Refusal."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)  # what never ends is not read to its end
    except FileNotFoundError:
        raise UnreadableFile("missing", file=str(path)) from None
    except IsADirectoryError:
        raise Refusal(says["folder"].format(path=path)) from None
    except OSError as error:
        raise Refusal(says["unread"].format(path=path, why=os_reason(error, says.get("language", "en")))) from None
    if len(data) > MAX_FILE:
        raise UnreadableFile("too_large", file=path.name, limit=MAX_FILE // MEGABYTE)
    return data


def write_output(out: Console, path: Path | None, write: Callable[[Path], None], says: dict[str, str]) -> None:
    """Write a result and say where it is; raises Refusal where it cannot be written."""
    if path is None:
        return
    try:
        write(path)
    except (OSError, XlsxWriterException) as error:
        raise Refusal(says["no_write"].format(path=path, why=_why(error, says.get("language", "en")))) from None
    out.print(says["wrote"].format(path=path), markup=False, highlight=False, soft_wrap=True)


def _why(error: OSError | XlsxWriterException, lang: str) -> str:
    cause = error if isinstance(error, OSError) else error.args[0] if error.args else error
    return os_reason(cause, lang) if isinstance(cause, OSError) else str(cause)
