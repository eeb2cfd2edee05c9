"""Someone at a screen: opens pages, presses what is there, and has every page checked on the way."""

import re
from pathlib import Path
from typing import Any

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Walker:
    """One person's browser. With scripts every page it lands on is checked by axe, each kind of page once."""

    checked: set[str]

    def __init__(self, page: Any, base: str, *, scripts: bool, checked: set[str]) -> None:
        self.page, self.base, self.scripts, self.checked = page, base, scripts, checked

    def open(self, path: str) -> None:
        response = self.page.goto(path if path.startswith("http") else self.base + path)
        assert response.status < 400, (path, response.status)
        self.check()

    def press(self, name: str) -> None:
        """Press the first button or link whose words begin with `name` (screen readers may hear more after it)."""
        words = re.compile(r"^\s*" + re.escape(name))
        found = self.page.locator("main").locator("button:visible, a:visible, summary:visible").filter(has_text=words)
        if self.scripts and self.page.url.split("?")[0].endswith("/pairs/"):
            # The board changes in place: wait for its answer, and for htmx to put it there.
            with self.page.expect_response(
                lambda r: ("/pairs/" in r.url or "/close/" in r.url) and "/people/" not in r.url
            ):
                found.first.click()
            self.page.wait_for_load_state("load")
            self.page.wait_for_timeout(200)
        elif self.scripts and found.first.evaluate("e => e.type === 'submit' && !!e.closest('form[hx-post]')"):
            with self.page.expect_response(lambda r: r.request.method == "POST"):
                found.first.click()
            self.page.wait_for_timeout(300)
            self.page.wait_for_load_state("load")
        else:
            found.first.click()
            self.page.wait_for_load_state("load")
        self.check()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=False).first.fill(text)

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).first.check()

    def sees(self, text: str) -> None:
        assert text in self.page.locator("body").inner_text(), (
            text,
            self.page.url,
            self.page.locator("main").inner_text(),
        )

    def sees_not(self, text: str) -> None:
        assert text not in self.page.locator("body").inner_text(), (text, self.page.url)

    def check(self) -> None:
        """No accessibility violation, no sideways scroll, no text that was not translated."""
        kind = "".join("#" if c.isdigit() else c for c in self.page.url.removeprefix(self.base).split("?")[0])
        key = f"{kind[:40]} {self.page.title()} {self.page.viewport_size['width']}"
        if not self.scripts or key in self.checked:
            return
        self.checked.add(key)
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"sideways scroll: {self.page.url}"
        )
        assert self.page.locator("h1").count() == 1, self.page.url
        self.page.evaluate(AXE)
        result = self.page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        wrong = [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in result["violations"]]
        assert not wrong, (self.page.url, wrong)
