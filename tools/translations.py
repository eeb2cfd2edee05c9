"""Keep the translations: `update APP…` extracts texts, `compile APP…` writes .mo files, `check` fails on what is missing.

Extracting needs GNU gettext (Debian: gettext). Each app has its own catalogue beside its templates.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent / "src" / "oppipari"
LANGUAGES = ["fi", "sv"]  # English texts are the sources


def apps_with_texts() -> list[str]:
    return sorted(p.parent.name for p in ROOT.glob("*/locale"))


def extract(app: Path, language: str) -> polib.POFile:
    """Return the texts of one app as gettext finds them now, in a scratch folder, so that a check changes nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / app.name
        shutil.copytree(app, copy, ignore=shutil.ignore_patterns("static", "locale", "__pycache__"))
        (copy / "locale").mkdir()
        subprocess.run(
            [
                sys.executable,
                "-P",  # an app's own calendar.py must not stand before Python's
                "-m",
                "django",
                "makemessages",
                "-l",
                language,
                "--no-wrap",
                "--no-location",
                "-v",
                "0",
            ],
            cwd=copy,
            check=True,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "", "PYTHONPATH": ""},
        )
        path = copy / "locale" / language / "LC_MESSAGES" / "django.po"
        return polib.pofile(str(path)) if path.exists() else polib.POFile()


def catalogue(app: Path, language: str) -> Path:
    return app / "locale" / language / "LC_MESSAGES" / "django.po"


def merged(app: Path, language: str) -> polib.POFile:
    """The catalogue with exactly the texts of today, keeping the translations it has."""
    found = extract(app, language)
    path = catalogue(app, language)
    old = {(e.msgctxt, e.msgid): e for e in polib.pofile(str(path))} if path.exists() else {}
    new = polib.POFile(wrapwidth=0)
    new.metadata = {
        "Project-Id-Version": "Oppipari",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in sorted(found, key=lambda e: (e.msgid, e.msgctxt or "")):
        entry.comment = entry.tcomment = ""
        entry.occurrences = []
        entry.flags = [f for f in entry.flags if f != "fuzzy"]
        if known := old.get((entry.msgctxt, entry.msgid)):
            entry.msgstr, entry.msgstr_plural = known.msgstr, known.msgstr_plural or entry.msgstr_plural
        new.append(entry)
    return new


def update(apps: list[str]) -> None:
    for app in apps:
        for language in LANGUAGES:
            path = catalogue(ROOT / app, language)
            po = merged(ROOT / app, language)
            path.parent.mkdir(parents=True, exist_ok=True)
            po.save(str(path))
            print(f"{app} {language}: {len(po)} texts, {len(po.untranslated_entries())} untranslated")


def compile_(apps: list[str]) -> None:
    for app in apps:
        for language in LANGUAGES:
            path = catalogue(ROOT / app, language)
            polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def check(apps: list[str]) -> int:
    """Print what is missing, stale or not compiled; return how many catalogues are amiss."""
    problems = 0
    for app in apps:
        for language in LANGUAGES:
            path = catalogue(ROOT / app, language)
            if not path.exists():
                if len(extract(ROOT / app, language)):
                    print(f"{app} {language}: no catalogue")
                    problems += 1
                continue
            now, stored = merged(ROOT / app, language), polib.pofile(str(path))
            wanted = {(e.msgctxt, e.msgid) for e in now}
            have = {(e.msgctxt, e.msgid) for e in stored if not e.obsolete}
            compiled = {
                (e.msgctxt, e.msgid): e.msgstr or tuple(e.msgstr_plural.values())
                for e in (polib.mofile(str(path.with_suffix(".mo"))) if path.with_suffix(".mo").exists() else [])
            }
            written = {
                (e.msgctxt, e.msgid): e.msgstr or tuple(e.msgstr_plural.values()) for e in stored if e.translated()
            }
            for what, entries in {
                "not in the catalogue": wanted - have,
                "no longer used": have - wanted,
                "untranslated": {(e.msgctxt, e.msgid) for e in stored.untranslated_entries()},
                "fuzzy": {(e.msgctxt, e.msgid) for e in stored.fuzzy_entries()},
                "not compiled": {k for k, v in written.items() if compiled.get(k) != v},
            }.items():
                for _context, msgid in sorted(entries, key=str)[:20]:
                    print(f"{app} {language}: {what}: {msgid!r}")
                problems += bool(entries)
    return problems


def clashes() -> int:
    """Print texts that two catalogues translate differently, and return how many: gettext merges them, and one would win."""
    found: dict[tuple[str, str | None, str], set[str]] = {}
    for app in apps_with_texts():
        for language in LANGUAGES:
            for e in polib.pofile(str(catalogue(ROOT / app, language))):
                told = " | ".join(e.msgstr_plural.values()) if e.msgid_plural else e.msgstr
                found.setdefault((language, e.msgctxt, e.msgid), set()).add(told)
    several = {key: told for key, told in found.items() if len(told) > 1}
    for (language, _context, msgid), told in several.items():
        print(f"{language}: translated in several ways: {msgid!r}: {sorted(told)}")
    return len(several)


def main() -> int:
    command, apps = sys.argv[1], sys.argv[2:]
    if command == "update":
        update(apps or apps_with_texts())
    elif command == "compile":
        compile_(apps or apps_with_texts())
    elif command == "check":
        amiss = check(apps or sorted(p.parent.name for p in ROOT.glob("*/apps.py")))
        return 1 if amiss + clashes() else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
