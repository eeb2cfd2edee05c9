"""The data folder is for the account alone that the service runs as, whatever the umask, at every start."""

import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.site.test_service import Started, environment, linux, page, started  # noqa: F401

from oppipari.site.private_files import make_private

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


@pytest.fixture(autouse=True)
def _same_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """What is open to others, by name."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & 0o077:
            found[str(path.relative_to(folder))] = oct(mode)
    return found


@linux
def test_nothing_in_the_data_folder_is_open_to_others_at_any_umask(started: Any) -> None:  # noqa: F811
    service: Started = started("demo")
    service.until("Ctrl-C")
    address = re.findall(r"http://127\.0\.0\.1:\d+/link/\S+", service.printed)[0]
    assert "Oppipari" in page(address)
    assert modes(service.data) == {}
    assert (service.data / "oppipari.sqlite3-wal").exists()
    assert "other accounts" not in service.printed


def test_what_was_open_is_closed_at_the_next_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "answer-keys").mkdir(parents=True)
    for name in ("secret.key", "answer-keys/canary", "oppipari.sqlite3", "teams-account"):
        (data / name).write_text("x")
        (data / name).chmod(0o666)
    outside = tmp_path / "outside"
    outside.write_text("x")
    (data / "link").symlink_to(outside)
    assert len(modes(data)) == 7
    assert make_private(data) == []
    assert list(modes(data)) == ["link"]  # a link has no rights of its own
    assert stat.S_IMODE(outside.stat().st_mode) == 0o666  # what it leads to is not ours
    (data / "new").write_text("x")
    assert stat.S_IMODE((data / "new").stat().st_mode) == 0o600


@linux
def test_where_it_cannot_be_done_it_is_said() -> None:
    # The kernel lets nobody change the rights of these.
    told = make_private(Path("/proc/sys/kernel/random"))
    assert len(told) == 1
    assert "other accounts of this machine" in told[0]
    done = subprocess.run(
        [sys.executable, "-m", "oppipari", "link", "nobody@example.org", "--data", "/proc/sys/kernel/random"],
        env=environment(SECRET_KEY="x"), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "can be opened by other accounts of this machine" in done.stderr
