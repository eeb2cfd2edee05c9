"""What tests share: the database they run on, a browser where there is one, a mailbox."""

import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.utils import translation
from tests.clock import begin, browser_script
from tests.cpu import CpuTimes
from tests.feed_world import feed_world  # noqa: F401
from tests.graph_fake import graph  # noqa: F401
from tests.mailbox import mailbox  # noqa: F401

from oppipari.messages.mailers import mailers_of

# Playwright's synchronous interface runs an event loop in the test's thread, in which Django refuses the database
# unless told that this is meant.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# The same examples every time where a red run would hold somebody up; on a developer's machine new ones are tried.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

# What a shell starts in the background ignores Ctrl-C, and so would every process that the tests start and stop with it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def require(what: str, reason: str) -> None:
    """Skip with the reason, or fail where the environment says that `what` must be there."""
    if os.environ.get(f"REQUIRE_{what}") == "1":
        pytest.fail(f"REQUIRE_{what}=1, but {reason}")
    pytest.skip(reason)


def pytest_configure(config: pytest.Config) -> None:
    """Measure what tests take."""
    config.pluginmanager.register(CpuTimes(), "cpu_times")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Every test begins at the set moment, before its fixtures are made."""
    begin(item)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is worth running on either database, and not only once.

    Left out: what knows no database, what brings its own (SQLite's and PostgreSQL's alike), whole walks of pages and
    letters (marked `one_database`) and browsers, in which both databases look the same, except for one whole round.
    """
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        knows_one = item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db", "live_server"}
        own = fixtures & {"started", "installation", "database"}
        in_browser = item.get_closest_marker("browser") and not item.get_closest_marker("either_database")
        once = in_browser or item.get_closest_marker("one_database")
        if knows_one and not own and not once:
            item.add_marker("either_database")


@pytest.fixture(autouse=True)
def _settings_for_tests(settings: Any, tmp_path_factory: Any) -> None:
    # A page in another language leaves that language behind in its thread.
    translation.activate(settings.LANGUAGE_CODE)
    settings.ANSWER_KEYS = tmp_path_factory.mktemp("answer-keys")
    settings.TEAMS = None  # whatever the environment says: only the fixture `graph` connects
    settings.ROSTER_FEEDS = False  # and only the fixture `feed_world` allows
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def mail_on(settings: Any) -> None:
    """An installation with mail: messages are queued; `deliver_all()` of tests.mailbox sends them."""
    settings.MAIL_ENABLED = True
    settings.MAILERS = mailers_of("memory:")


def browser_path(playwright: Any) -> str | None:
    """Where a browser is: None for Playwright's own, the system's Chromium, or "" where there is none."""
    if Path(playwright.chromium.executable_path).exists():
        return None
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A headless Chromium: Playwright's own where it is installed, else the system's."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        require("BROWSER", "playwright is not installed")
    with sync_playwright() as playwright:
        path = browser_path(playwright)
        if path == "":
            require("BROWSER", "there is no Chromium (neither Playwright's nor the system's)")
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS, headless=True)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open pages in browsers of their own: `new_page(width=390, language="fi", scripts=True, dark=False)`.

    `own_clock` is for tests that install Playwright's clock, which reckons with the machine's time beneath it: with another
    one there it would run the timers of all the days between. A console error or an uncaught exception in a page fails the
    test.
    """
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_page(
        *,
        width: int = 1280,
        height: int = 900,
        language: str = "fi",
        scripts: bool = True,
        dark: bool = False,
        own_clock: bool = False,
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale=f"{language}-FI",
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            timezone_id="Europe/Helsinki",
            has_touch=width < 600,
        )
        contexts.append(context)
        if not own_clock:
            context.add_init_script(browser_script())
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda m: complaints.append(f"{page.url}: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(f"{page.url}: {e}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A page that answers 4xx or 5xx on purpose is logged by Chromium itself; that is no error of the page.
    real = [c for c in complaints if "Failed to load resource" not in c]
    assert not real, real
