# Oppipari in a few words: make run, make demo, make test.
PORT ?= 8000
HOST ?= 127.0.0.1
export UV_LINK_MODE ?= copy

# The machine's uv if it works, else one in a folder of its own, made with any Python 3.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .uv/bin/uv)

.PHONY: help run demo test fast days check install screenshots translations bench

help:
	@echo "make run          start Oppipari at http://$(HOST):$(PORT)   (PORT=8001 for another port)"
	@echo "make demo         the same with a made-up unit in the middle of its round"
	@echo "make test         run the tests"
	@echo "make fast         the tests without browser journeys, whole services and the comparing of whole worlds"
	@echo "make days         what knows dates, on each of the days on which dates go wrong most easily (takes long; AT=... for one)"
	@echo "make check        style, types, imports, templates, translations, and that no test reads the machine's date"
	@echo "make screenshots  pictures of the demo's pages into build/screenshots"

install: .venv/.installed

.venv/.installed: pyproject.toml uv.lock | $(filter .uv/bin/uv,$(UV))
	@# The Python this is developed on, else any that fits.
	@$(UV) sync --frozen --quiet 2>/dev/null || $(UV) sync --frozen --quiet --python ">=3.12" || { echo "Oppipari needs Python 3.12 or newer, and none was found here or could be fetched: install Python 3.13 (for example: apt install python3, or https://www.python.org/downloads/) and run make again." >&2; exit 1; }
	@touch $@

.uv/bin/uv:
	@command -v python3 >/dev/null || { echo "Oppipari needs Python 3.12 or newer: install Python 3.13 (for example: apt install python3 python3-venv) and run make again." >&2; exit 1; }
	@python3 -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv || { echo "Could not install uv with this Python: install the package python3-venv, check the network, and run make again." >&2; exit 1; }

run: install
	@exec .venv/bin/oppipari serve --host $(HOST) --port $(PORT)

demo: install
	@exec .venv/bin/oppipari demo --host $(HOST) --port $(PORT)

# What is compiled once need not be compiled anew by each of the hundreds of processes that the tests start.
test fast days screenshots bench: export PYTHONDONTWRITEBYTECODE :=

test: install
	@.venv/bin/python -m pytest -n auto --dist worksteal -q $(ARGS)

fast: install
	@.venv/bin/python -m pytest -n auto --dist worksteal -q -m "not browser and not slow" $(ARGS)

# What knows no dates is left out. AT is one moment or several, as 2028-02-29T10:00; the last of them finds dates that are merely still ahead.
AT ?= $(shell .venv/bin/python -c "from tests.clock import MOMENTS; print(*MOMENTS.values())") 2033-05-11T10:00
DATELESS := --ignore=tests/pairing --ignore=tests/scheduling --ignore=tests/disclosure --ignore-glob="*/exchange/test_*_command.py"

days: install
	@OPPIPARI_TEST_MOMENTS=all .venv/bin/python -m pytest -n auto --dist worksteal -q tests/site/test_demo.py tests/journeys/test_on_any_day.py $(ARGS)
	@failed=; for at in $(AT); do echo "== $$at"; OPPIPARI_TEST_CLOCK=$$at .venv/bin/python -m pytest -n auto --dist worksteal -q tests \
		$(DATELESS) --deselect tests/site/test_demo.py --deselect tests/journeys/test_on_any_day.py -k "not axe_violations and not large_board" $(ARGS) || failed="$$failed $$at"; done; \
		if [ -n "$$failed" ]; then echo "failed at:$$failed" >&2; exit 1; fi

check: install
	@.venv/bin/ruff check src tests tools bench
	@.venv/bin/ruff format --check src tests tools bench
	@.venv/bin/mypy
	@.venv/bin/lint-imports
	@.venv/bin/djlint src --lint --quiet
	@.venv/bin/python tools/translations.py check
	@.venv/bin/python -m tests.real_dates

translations: install
	@.venv/bin/python tools/translations.py update
	@.venv/bin/python tools/translations.py compile

screenshots: install
	@.venv/bin/python tools/screenshots.py

bench: install
	@.venv/bin/python bench/pages.py
	@.venv/bin/python bench/pairing.py
	@.venv/bin/python bench/scheduling.py
	@.venv/bin/python bench/board.py
	@.venv/bin/python bench/disclosure.py
