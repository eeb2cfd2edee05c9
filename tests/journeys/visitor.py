"""Someone without a browser: reads pages and presses what is there by Django's test client, in the words of a walker.

Nothing is drawn and no script runs, so that a whole journey takes seconds: it is for what pages say and do on a day, not for
how they look. What a reader would not see (what is hidden, what is folded up) is not there for a visitor either.
"""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from lxml import html

BLOCKS = {"p", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "section", "dd", "dt", "summary", "label", "legend", "option", "button"}  # fmt: skip
SILENT = {"script", "style", "template", "head"}


class Visitor:
    """One person without a browser."""

    scripts = False

    def __init__(self) -> None:
        self.client = Client()
        self.unfolded: set[Any] = set()
        self.files: dict[str, Path] = {}

    # -- going ---------------------------------------------------------------------------------------------------------

    def open(self, path: str) -> None:
        self._arrive(self.client.get(_path(path), follow=True))
        assert self.status < 400, (path, self.status)

    def press(self, name: str) -> None:
        """Press the first button, link or summary whose words begin with `name`."""
        self._press([e for e in self._pressable("button", "a", "summary") if _text(e).strip().startswith(name)], name)

    def press_first_with(self, words: str) -> None:
        """Press the first button whose words hold these."""
        self._press([e for e in self._pressable("button") if words in _text(e)], words)

    def unfold(self, words: str) -> None:
        self._press([e for e in self._pressable("summary") if words in _text(e)], words)

    def conclude(self, kind: str, text: str) -> None:
        """Write a line into a column of the joint session."""
        _write(self._of(f"{kind}-text"), text)
        form = self._of(f"{kind}-text").iterancestors("form")
        self._send(next(form), None)
        self.sees(text)

    def download(self, link: str) -> str:
        """Fetch what a link gives to keep; the name of the file."""
        answer = self.client.get(_path(urljoin(self.address, self._link(link))))
        assert answer.status_code == 200, (link, answer.status_code)
        found = re.search(r'filename\*?="?(?:utf-8\'\')?([^";]+)', answer.headers["Content-Disposition"])
        assert found, answer.headers["Content-Disposition"]
        return found[1]

    def take_another_device(self) -> None:
        """Whoever signs in next does it anew."""
        self.client = Client()

    # -- filling in ----------------------------------------------------------------------------------------------------

    def fill(self, label: str, text: str) -> None:
        _write(self._labelled(label), text)

    def value(self, label: str) -> str:
        """What stands in a field."""
        return _written(self._labelled(label))

    def fill_kind(self, kind: str, text: str) -> None:
        """Fill the first field of a kind (text, date) in the page's forms."""
        _write(self._field(kind), text)

    def value_of_kind(self, kind: str) -> str:
        return _written(self._field(kind))

    def tick(self, label: str) -> None:
        self._choose(self._labelled(label, exact=True))

    def choose(self, words: str) -> None:
        """Choose the first of the choices with these words that is to be seen."""
        found = [e for e in self.page.iter("label") if "choice" in e.get("class", "") and words in _text(e)]
        self._choose(self._control(next(e for e in found if self._seen(e))))

    def count(self, groups: str) -> int:
        """How many groups of choices there are: elements of this name."""
        return len(list(self.main.iter(groups)))

    def rate(self, group: int, place: int) -> None:
        """Choose the radio button at `place` in a group of choices; both from 0."""
        self._choose(list(self.main.iter("fieldset"))[group].xpath(".//input[@type='radio']")[place])

    def attach(self, path: Path) -> None:
        (field,) = self.main.xpath(".//input[@type='file']")
        self.files[field.get("name")] = path

    # -- reading -------------------------------------------------------------------------------------------------------

    def sees(self, text: str) -> None:
        assert text in self.words, (text, self.address, self.words)

    def sees_not(self, text: str) -> None:
        assert text not in self.words, (text, self.address)

    def text_of(self, id_: str) -> str:
        """The text of the part of the page that has this id."""
        return _text(self._of(id_)).strip()

    def heading(self) -> str:
        return _text(next(self.page.iter("h1"))).strip()

    def link(self, words: str) -> str:
        """Where a link leads."""
        return self._link(words)

    def can_press(self, button: str) -> bool:
        return any(button in _text(e) for e in self._pressable("button"))

    def content(self) -> str:
        return self.source

    @property
    def words(self) -> str:
        """All that is to be read on the page."""
        return _text(self.page.find("body"), self._seen)

    @property
    def main(self) -> Any:
        return next(self.page.iter("main"))

    # -- how -----------------------------------------------------------------------------------------------------------

    def _arrive(self, answer: Any) -> None:
        self.status = answer.status_code
        # A redirect leads on; where it went last is where one is.
        self.address = answer.redirect_chain[-1][0] if answer.redirect_chain else answer.request["PATH_INFO"]
        self.source = answer.content.decode()
        self.page = html.document_fromstring(self.source)
        self.unfolded, self.files = set(), {}

    def _press(self, found: list[Any], name: str) -> None:
        assert found, (name, self.address, self.words)
        one = found[0]
        if one.tag == "summary":
            self.unfolded.add(one.getparent())
        elif one.tag == "a":
            self.open(urljoin(self.address, one.get("href")))
        else:
            form = one.get("form")
            self._send(self._of(form) if form else next(one.iterancestors("form")), one)

    def _send(self, form: Any, button: Any) -> None:
        """Send a form as a browser does: what stands in its fields, and the button that was pressed."""
        values: dict[str, list[Any]] = {}
        for field in form.iter("input", "textarea", "select"):
            for value in _sent(field):
                values.setdefault(field.get("name"), []).append(value)
        named = {} if button is None or not button.get("name") else {button.get("name"): [button.get("value", "")]}
        values |= named
        for name, path in self.files.items():
            values[name] = [SimpleUploadedFile(path.name, path.read_bytes())]
        told = button.get("formaction") if button is not None else None
        target = _path(urljoin(self.address, told or form.get("action") or self.address))
        if (form.get("method") or "get").lower() == "get":
            self._arrive(self.client.get(target, values, follow=True))
        else:
            self._arrive(self.client.post(target, values, follow=True))
        assert self.status < 500, (target, self.status)

    def _pressable(self, *tags: str) -> list[Any]:
        return [e for e in self.main.iter(*tags) if self._seen(e)]

    def _seen(self, element: Any) -> bool:
        """Whether a reader sees it: not hidden, and not folded up."""
        inner = element
        for outer in (element, *element.iterancestors()):
            if outer.get("hidden") is not None or outer.tag in SILENT or outer.get("type") == "hidden":
                return False
            folded = outer.tag == "details" and outer.get("open") is None and outer not in self.unfolded
            if folded and outer is not element and inner.tag != "summary":
                return False
            inner = outer
        return True

    def _of(self, id_: str) -> Any:
        return self.page.get_element_by_id(id_)

    def _link(self, words: str) -> str:
        return str(next(e.get("href") for e in self._pressable("a") if words in _text(e)))

    def _field(self, kind: str) -> Any:
        return self.main.xpath(f".//form//input[@type='{kind}']")[0]

    def _labelled(self, label: str, *, exact: bool = False) -> Any:
        for element in self.page.iter("label"):
            said = " ".join(_text(element).split())
            if (said == label) if exact else (label.casefold() in said.casefold()):
                return self._control(element)
        for element in self.page.xpath("//*[@aria-label]"):
            if label.casefold() in element.get("aria-label").casefold():
                return element
        raise AssertionError((label, self.address, self.words))

    def _control(self, label: Any) -> Any:
        if label.get("for"):
            return self._of(label.get("for"))
        return next(e for e in label.iter("input", "textarea", "select"))

    def _choose(self, control: Any) -> None:
        if control.get("type") == "radio":
            form = next(control.iterancestors("form"))
            for other in form.xpath(f".//input[@type='radio'][@name='{control.get('name')}']"):
                other.attrib.pop("checked", None)
        control.set("checked", "checked")


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _sent(field: Any) -> list[str]:
    """What a browser sends of a field."""
    kind = field.get("type", "text") if field.tag == "input" else field.tag
    if not field.get("name") or field.get("disabled") is not None or kind in ("submit", "button", "file", "image"):
        return []
    if kind in ("checkbox", "radio"):
        return [field.get("value", "on")] if field.get("checked") is not None else []
    if kind == "select":
        chosen = [o for o in field.iter("option") if o.get("selected") is not None] or list(field.iter("option"))[:1]
        return [o.get("value", o.text or "") for o in chosen]
    return [_written(field)]


def _write(control: Any, text: str) -> None:
    control.value = text


def _written(control: Any) -> str:
    return str(control.value or "")


def _text(element: Any, seen: Any = None) -> str:
    """What is to be read in an element: lines where its parts stand below one another, single spaces otherwise."""
    parts: list[str] = []

    def read(one: Any) -> None:
        if not isinstance(one.tag, str) or one.tag in SILENT or (seen is not None and not seen(one)):
            return
        block = one.tag in BLOCKS
        parts.append("\n" if block or one.tag == "br" else "")
        parts.append(re.sub(r"\s+", " ", one.text or ""))
        for inner in one:
            read(inner)
            parts.append(re.sub(r"\s+", " ", inner.tail or ""))
        parts.append("\n" if block else "")

    read(element)
    return re.sub(r" *\n[ \n]*", "\n", re.sub(r" +", " ", "".join(parts)))
