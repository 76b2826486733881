# `make run` starts the bot (without a token, the demo chat); `make test` runs the tests.
# `make torture` tests the bot's promises with their full counts, in half an hour.
# `make check` runs the linter, the type checker and the rules of the imports.
# Each first installs what it needs in .venv, with Python 3.11 or newer.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test torture check browser clean

run: .venv/run
	@exec $(BIN)/python -m bot

test: .venv/dev browser
	$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadgroup

torture: .venv/dev
	$(BIN)/python -m tests.torture

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.venv/run: requirements.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, not " + sys.version)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev: .venv/run requirements-dev.txt requirements-ray.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@

# A browser for the tests of the demo chat's page. Without one they are skipped.
browser:
	@command -v chromium || command -v chromium-browser || command -v google-chrome \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
	     && apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji >/dev/null; } \
	|| echo "Chromium is not installed: the tests of the demo page are skipped."

clean:
	rm -rf .venv
