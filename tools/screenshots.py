"""Pictures of the demo's pages at 390 and 1280 pixels, light and dark, into build/screenshots (or the folder given)."""

import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# ROUND is the demo's running round, CLOSED the one before it, PAIR the participant's own pair.
SUPERVISOR = {
    "start": "/", "home": "/home/", "round": "ROUND", "tell": "ROUNDtell/", "sign-ups": "ROUNDsign-ups/",
    "pairs": "ROUNDpairs/", "meetings": "ROUNDmeetings/", "evaluation": "ROUNDevaluation/",
    "insights": "/units/1/insights/", "screen": "/units/1/insights/?tv", "inspired": "/inspired/", "new-round": "/rounds/new/", "upload": "ROUNDupload/",
    "month": "ROUNDmeetings/month/", "rules": "ROUNDmeetings/rules/",
    "planner": "ROUNDmeetings/planner/", "roster": "/units/1/roster/",
    "brought": "CLOSEDclosing/", "together": "CLOSEDtogether/", "conclusions": "CLOSEDtogether/conclusions/",
    "units": "/organisation/benefits/", "questions": "/questions/",
}  # fmt: skip
PARTICIPANT = {
    "my-page": "/home/",
    "my-pair": "PAIR",
    "goals": "PAIRgoals/",
    "book": "PAIRmeetings/new/",
    "my-calendar": "/me/calendar/",
    "my-data": "/my-data/",
}


def main() -> int:
    from playwright.sync_api import sync_playwright
    from tests.clock import START, SUITE
    from tests.conftest import BROWSER_FLAGS, browser_path

    # At the tests' clock the pictures of a page differ only where the page does.
    SUITE.set_to(START)

    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe, tempfile.TemporaryDirectory() as data:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        demo = subprocess.Popen(
            [sys.executable, "-m", "oppipari", "demo", "--port", str(port), "--data", data],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            links = _links(demo)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=browser_path(playwright), args=BROWSER_FLAGS)
                _pictures(browser, f"http://127.0.0.1:{port}", links, folder)
                browser.close()
        finally:
            demo.terminate()
            demo.wait()
    return 0


def _links(demo: "subprocess.Popen[str]") -> list[str]:
    links: list[str] = []
    assert demo.stdout
    for line in demo.stdout:
        links += re.findall(r"http\S+/link/\S+", line)
        if "Ctrl-C" in line:
            break
    for _ in range(100):
        try:
            urllib.request.urlopen(links[0], timeout=5).close()
            return links
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the demo did not start")


def _pictures(browser: Any, base: str, links: list[str], folder: Path) -> None:
    from tests.clock import browser_script

    for link, pages in ((links[0], SUPERVISOR), (links[1], PARTICIPANT)):
        for width, scheme in ((390, "light"), (1280, "light"), (390, "dark")):
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                locale="fi-FI",
                color_scheme=scheme,
                timezone_id="Europe/Helsinki",
            )
            context.add_init_script(browser_script())
            page = context.new_page()
            page.goto(link)
            page.locator("main button[type=submit]").click()
            page.wait_for_url("**/home/")
            found = page.locator("a[href^='/pair/']")
            pair = found.first.get_attribute("href") if found.count() else "/home/"
            rounds = [a.get_attribute("href") for a in page.locator("h3 a[href^='/rounds/']").all()]
            running, closed = [*rounds, "/home/", "/home/"][:2]
            for name, path in pages.items():
                page.goto(base + path.replace("PAIR", pair).replace("ROUND", running).replace("CLOSED", closed))
                page.screenshot(
                    path=folder / f"{name}-{width}{'-dark' if scheme == 'dark' else ''}.png", full_page=True
                )


if __name__ == "__main__":
    sys.exit(main())
