"""The data folder and all that lies in it, for the account alone that the service runs as."""

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

FOLDER, FILE = 0o700, 0o600


def make_private(*folders: Path) -> list[str]:
    """Make the folders if there are none, take everybody else's rights from all that lies in them, and see to it that
    what this process and its children make has none; returns in sentences what could not be done.

    Links are not followed. To be called when a process starts.
    """
    os.umask(0o077)
    complaints = []
    for folder in folders:
        folder.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        open_to_others = [path for path in (folder, *_within(folder)) if not _closed(path)]
        if open_to_others:
            others = f" and {len(open_to_others) - 1} more" if len(open_to_others) > 1 else ""
            complaints.append(
                f"{open_to_others[0]}{others} can be opened by other accounts of this machine, and that could not be "
                "changed: let the folder belong to the account that runs Oppipari, on a file system that knows owners."
            )
    return complaints


def print_complaints(complaints: Iterable[str]) -> None:
    """Tell whoever starts the service, on standard error."""
    for complaint in complaints:
        print(f"Oppipari: {complaint}", file=sys.stderr, flush=True)


def _within(folder: Path) -> Iterator[Path]:
    for at, names, files in os.walk(folder):
        yield from (Path(at) / name for name in (*names, *files))


def _closed(path: Path) -> bool:
    """Whether nobody else has any right to it, after taking it where need be."""
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            return True
        wanted = FOLDER if stat.S_ISDIR(found.st_mode) else FILE
        if stat.S_IMODE(found.st_mode) & ~wanted:
            path.chmod(wanted)
        return not stat.S_IMODE(path.lstat().st_mode) & 0o077
    except FileNotFoundError:  # gone meanwhile, as the database's log is
        return True
    except PermissionError:
        return False
