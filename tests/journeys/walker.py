"""Someone at a screen: opens pages, presses what is there, and has every page checked on the way."""

import re
from pathlib import Path
from typing import Any

AXE = (Path(__file__).parent.parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
ALL_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The width of a window changes nothing else: what is said, its order and its colours are the same at each.
RULES_OF_WIDTH = {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}


def assert_accessible(page: Any, rules: Any = ALL_RULES) -> None:
    """No accessibility violation by axe, one heading of the first level, and nothing to scroll sideways for."""
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"sideways scroll: {page.url}"
    assert page.locator("h1").count() == 1, page.url
    page.evaluate(AXE)
    result = page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", rules)
    wrong = [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in result["violations"]]
    assert not wrong, (page.url, wrong)


class Walker:
    """One person's browser. With scripts every page it lands on is checked by axe, each kind of page once."""

    checked: set[str]
    rules: Any = ALL_RULES

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

    def value(self, label: str) -> str:
        """What stands in a field."""
        return str(self.page.get_by_label(label).first.input_value())

    def fill_kind(self, kind: str, text: str) -> None:
        """Fill the first field of a kind (text, date) in the page's forms."""
        self._field(kind).fill(text)

    def value_of_kind(self, kind: str) -> str:
        return str(self._field(kind).input_value())

    def _field(self, kind: str) -> Any:
        return self.page.locator(f"main form input[type={kind}]").first

    def text_of(self, id_: str) -> str:
        """The text of the part of the page that has this id."""
        return str(self.page.locator(f"#{id_}").inner_text())

    def heading(self) -> str:
        return str(self.page.locator("h1").inner_text())

    def choose(self, words: str) -> None:
        """Choose the first of the choices with these words that is to be seen."""
        self.page.locator("label.choice:visible", has_text=words).first.click()

    def count(self, groups: str) -> int:
        """How many groups of choices there are: elements of this name."""
        return int(self.page.locator(f"main {groups}").count())

    def rate(self, group: int, place: int) -> None:
        """Choose the radio button at `place` in a group of choices; both from 0."""
        self.page.locator("main fieldset").nth(group).locator("input[type=radio]").nth(place).check()

    def attach(self, path: Path) -> None:
        self.page.locator("input[type=file]").set_input_files(path)

    def press_first_with(self, words: str) -> None:
        """Press the first button whose words hold these."""
        self.page.locator("main form button", has_text=words).first.click()
        self.page.wait_for_load_state("load")

    def unfold(self, words: str) -> None:
        self.page.locator("summary", has_text=words).first.click()

    def conclude(self, kind: str, text: str) -> None:
        """Write a line into a column of the joint session."""
        self.page.locator(f"#{kind}-text").fill(text)
        self.page.locator(f"section[data-kind={kind}] form.add button").click()
        self.page.locator(".line-text", has_text=text).wait_for()

    def download(self, link: str) -> str:
        """Fetch what a link gives to keep; the name of the file."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=link).first.click()
        return str(download.value.suggested_filename)

    def link(self, words: str) -> str:
        """Where a link leads."""
        return str(self.page.get_by_role("link", name=words).get_attribute("href"))

    def can_press(self, button: str) -> bool:
        return bool(self.page.get_by_role("button", name=button).is_visible())

    def take_another_device(self) -> None:
        """Whoever signs in next with this walker does it anew."""
        self.page.context.clear_cookies()

    def content(self) -> str:
        return str(self.page.content())

    @property
    def address(self) -> str:
        return str(self.page.url)

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
        assert_accessible(self.page, self.rules)
