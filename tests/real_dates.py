"""Finds what in the tests' own code may read the machine's date instead of the tests' clock.

`python -m tests.real_dates` prints it for tests, bench and tools, a line each, and fails if there is anything; tests/site/test_set_clock.py
holds that it finds what it should.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Here the clock is made, and examples of what is to be found are planted.
MADE_IN = {
    "tests/clock.py", "tests/children_clock/sitecustomize.py", "tests/real_dates.py", "tests/site/test_set_clock.py",
}  # fmt: skip
# Python's own ways to the date. With Django's `timezone` a test says which zone it means, and is at the tests' clock.
PYTHON = {
    "datetime.datetime.now", "datetime.datetime.today", "datetime.datetime.utcnow", "datetime.date.today",
    "time.time", "time.time_ns", "time.clock_gettime", "time.clock_gettime_ns", "uuid.uuid1", "uuid.uuid6", "uuid.uuid7",
}  # fmt: skip
# These tell of now only when they are asked without a time.
WITHOUT_A_TIME = {"time.localtime": 0, "time.gmtime": 0, "time.ctime": 0, "time.asctime": 0, "time.strftime": 1}
PAST_PYTHON = {
    "time_machine.escape_hatch": "reads the machine's clock",
    "django.db.models.functions.Now": "is the database's own clock",
    "django.db.models.functions.datetime.Now": "is the database's own clock",
}
ATTRIBUTES = {"st_mtime", "st_ctime", "st_atime", "st_mtime_ns", "st_ctime_ns", "getmtime", "getctime", "getatime"}
SQL = re.compile(
    r"(?<![.\w])(current_(date|time|timestamp)\b|now\(\)|localtimestamp\b|(?:date|datetime|strftime)\([^)]*'now')",
    re.IGNORECASE,
)
SCRIPT = re.compile(r"\bnew Date\(\)|\bDate\.now\(\)")


@dataclass(frozen=True, order=True)
class Finding:
    """A line of a file, and what is amiss there."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def find(source: str, path: str) -> list[Finding]:
    """What in this Python may read the machine's date, in the order of lines; SyntaxError if it is no Python."""
    return sorted({Finding(path, line, what) for line, what in _Reader(ast.parse(source)).found()})


class _Reader:
    """One file's names, and what is done with them."""

    def __init__(self, tree: ast.AST) -> None:
        self.tree, self.names = tree, dict[str, str]()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for one in node.names:
                    self.names[one.asname or one.name.split(".")[0]] = (
                        one.name if one.asname else one.name.split(".")[0]
                    )
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for one in node.names:
                    self.names[one.asname or one.name] = f"{node.module}.{one.name}"

    def found(self) -> Iterator[tuple[int, str]]:
        documented = _docstrings(self.tree)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Name | ast.Attribute):
                yield from self._name(node)
            if isinstance(node, ast.Call):
                yield from self._call(node)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
                yield from _text(node.value, node.lineno)

    def _full(self, node: ast.AST) -> str:
        """The name with its module, however it was imported; "" for what has none."""
        if isinstance(node, ast.Name):
            return self.names.get(node.id, "")
        if isinstance(node, ast.Attribute):
            left = self._full(node.value)
            return f"{left}.{node.attr}" if left else ""
        return ""

    def _name(self, node: ast.Name | ast.Attribute) -> Iterator[tuple[int, str]]:
        name = self._full(node)
        if name in PYTHON:
            yield node.lineno, f"{name} says no zone: use django.utils.timezone"
        if name in PAST_PYTHON:
            yield node.lineno, f"{name} {PAST_PYTHON[name]}, which is not set"
        if isinstance(node, ast.Attribute) and node.attr in ATTRIBUTES:
            yield node.lineno, f"{node.attr} is the machine's time, which is not set"

    def _call(self, node: ast.Call) -> Iterator[tuple[int, str]]:
        name, told = self._full(node.func), [*node.args, *node.keywords]
        if name in WITHOUT_A_TIME and len(told) <= WITHOUT_A_TIME[name]:
            yield node.lineno, f"{name} without a time says no zone: use django.utils.timezone"
        if isinstance(node.func, ast.Attribute) and ast.unparse(node.func).endswith("clock.install") and not told:
            yield node.lineno, "clock.install() starts a page at the machine's time: give it a time"
        if name.startswith(("subprocess.", "os.exec", "os.spawn", "os.posix_spawn", "asyncio.create_subprocess")):
            for argument in node.keywords:
                if argument.arg == "env" and isinstance(argument.value, ast.Dict) and not _spreads(argument.value):
                    yield argument.value.lineno, "env= leaves out the clock of children: begin with os.environ"
        if name.startswith(("subprocess.", "os.system", "os.popen")) and node.args:
            words = ast.unparse(node.args[0]).strip("[('\"")
            if re.match(r"date\b(?!\.)", words):
                yield node.lineno, "the program `date` tells the machine's time"


def _spreads(made: ast.Dict) -> bool:
    """Whether a dictionary begins with another one."""
    return any(key is None for key in made.keys)


def _docstrings(tree: ast.AST) -> set[int]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


def _text(text: str, line: int) -> Iterator[tuple[int, str]]:
    """What a text does when a database, a page or another Python is given it."""
    if found := SQL.search(text):
        yield line, f"{found[0]} is the database's own clock, which is not set"
    if found := SCRIPT.search(text):
        yield line, f"{found[0]} in a page: give the page the time"
    if re.search(r"^\s*(import|from) \w", text, re.MULTILINE):
        try:
            inner = _Reader(ast.parse(text))
        except SyntaxError:
            return
        for at, what in inner.found():
            yield line + at - 1, what


def everywhere() -> list[Finding]:
    """What is found in the tests, and in what measures and draws with their help."""
    found = []
    for folder in ("tests", "bench", "tools"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in MADE_IN:
                found += find(path.read_text(encoding="utf-8"), name)
    return found


def main() -> int:
    found = everywhere()
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
