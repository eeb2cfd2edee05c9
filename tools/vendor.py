"""Refresh the vendored parts of the pages from npm: the theme, Designsystemet's CSS, htmx, the font, axe-core (tests).

Needs Node; installing and running Oppipari does not. Run it, look at the pages, commit what changed.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src" / "oppipari" / "site" / "static" / "vendor"
PACKAGES = [
    "@digdir/designsystemet@1.15.0",
    "@digdir/designsystemet-css@1.22.0",
    "htmx.org@4.0.1",
    "@fontsource-variable/source-sans-3@5.3.0",
    "axe-core@4.14.1",
]


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        here = Path(scratch)
        subprocess.run(["npm", "install", "--no-save", "--prefix", scratch, *PACKAGES], check=True)
        modules = here / "node_modules"
        shutil.copy(ROOT / "theme" / "designsystemet.config.json", here)
        cli = str(modules / "@digdir" / "designsystemet" / "dist" / "bin" / "designsystemet.js")
        for step in (["create", "--config", "designsystemet.config.json"], ["build"]):
            subprocess.run(["node", cli, "tokens", *step], cwd=here, check=True)
        css, font = modules / "@digdir" / "designsystemet-css", modules / "@fontsource-variable" / "source-sans-3"
        VENDOR.mkdir(parents=True, exist_ok=True)
        for source, target in {
            here / "design-tokens-build" / "oppipari.css": VENDOR / "oppipari-theme.css",
            css / "dist" / "src" / "index.css": VENDOR / "designsystemet.css",
            css / "LICENSE": VENDOR / "designsystemet.LICENSE",
            modules / "htmx.org" / "dist" / "htmx.min.js": VENDOR / "htmx.min.js",
            modules / "htmx.org" / "LICENSE": VENDOR / "htmx.LICENSE",
            font / "files" / "source-sans-3-latin-wght-normal.woff2": VENDOR / "source-sans-3-latin.woff2",
            font / "files" / "source-sans-3-latin-ext-wght-normal.woff2": VENDOR / "source-sans-3-latin-ext.woff2",
            font / "LICENSE": VENDOR / "source-sans-3.LICENSE",
            modules / "axe-core" / "axe.min.js": ROOT / "tests" / "vendor" / "axe.min.js",
            modules / "axe-core" / "LICENSE": ROOT / "tests" / "vendor" / "axe.LICENSE",
        }.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
