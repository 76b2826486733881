# `make run` starts the bot (without a token, the demo chat); `make test` runs the tests.
# The tests of a file share a process: a browser, a Ray cluster, a built wheel is started or made once.
# `make coverage` runs them and lists what no test reaches.
# `make torture` tests the bot's promises with their full counts, in half an hour.
# `make check` runs the linter, the type checker and the rules of the imports.
# Each first installs what it needs in .venv, with Python 3.11 to 3.14: PYTHON=python3.13 names another than python3.
# `make lock` writes the versions and hashes of all that is installed, after a change of requirements*.txt.

PYTHON ?= python3
BIN := .venv/bin
WORKERS := -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.PHONY: run test coverage torture check lock browser clean

run: .venv/run
	@exec $(BIN)/python -m bot

test: .venv/dev browser
	$(BIN)/python -m pytest $(WORKERS)

coverage: .venv/dev browser
	$(BIN)/python -m pytest $(WORKERS) --cov --cov-report=term:skip-covered

torture: .venv/dev
	$(BIN)/python -m tests.torture

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: .venv/dev
	sh deploy/lock/update.sh

# Where an installation was killed, a library may lack files and yet count as installed: so without `.venv/run` all are
# installed anew, from the installer's cache.
.venv/run: requirements.txt deploy/lock/requirements.txt deploy/lock/torch.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit((v < (3, 11) or v >= (3, 15)) and \
	"Python 3.11, 3.12, 3.13 or 3.14 is needed, and this is %d.%d. With another:  make PYTHON=python3.13" % v[:2])'
	$(PYTHON) -m venv $(if $(wildcard $@),,--clear) .venv
	sh deploy/install.sh requirements.txt
	touch $@

.venv/dev: .venv/run requirements-dev.txt requirements-ray.txt deploy/lock/requirements-dev.txt
	sh deploy/install.sh requirements-dev.txt
	touch .venv/run $@

# A browser for the tests of the demo chat's page. Without one they are skipped. A new machine often updates itself, and
# then holds apt's locks for a while.
browser:
	@command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { apt-get update -qq; \
	     for name in chromium-headless-shell chromium; do \
	       apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 \
	         $$name fonts-noto-color-emoji >/dev/null && break; done; }; } \
	|| echo "Chromium is not installed: the tests of the demo page are skipped."

clean:
	rm -rf .venv
