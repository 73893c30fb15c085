# Two commands do everything: `make demo` and `make test`. Both set up what they need.
PYTHON ?= python3
export PYTHON

venv := .venv/bin

.PHONY: help setup demo demo-terminal test thorough installed reference lint format bench lock clean

help: ## say what there is
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r target text; do printf '%-16s %s\n' "$$target" "$$text"; done

setup: ## fill .venv from the lock, and install system libraries (as root) or say which
	@scripts/setup.sh .venv requirements/dev.lock

demo: setup ## the coach in a browser: your camera, a drawn resident or a clip; made-up site
	@$(venv)/python demo/app.py $(DEMO)

demo-terminal: setup ## a synthetic resident does squats: report, annotated video, no camera needed
	@$(venv)/python demo/terminal.py

test: setup ## everything that must hold: style, types, layers, tests, coverage
	@$(MAKE) --no-print-directory -j 2 lint installed # types are checked while others download
	$(venv)/python -m pytest -n 2 --dist loadgroup tests/unit --cov --cov-report=term --cov-fail-under=85
	$(venv)/python -m pytest -n 3 --dist loadgroup --ignore tests/unit --ignore tests/web/browser # servers wait
	$(venv)/python -m pytest -n 2 tests/web/browser # by themselves: playwright keeps a loop running

thorough: setup installed ## the tests with every repetition of them, about half an hour
	AICOACH_THOROUGH=1 $(venv)/python -m pytest -n 2 --dist loadgroup --no-cov --ignore tests/web/browser
	AICOACH_THOROUGH=1 $(venv)/python -m pytest --no-cov tests/web/browser

installed: ## what the tests need beside Python, one after the other
	@scripts/reference.sh
	@scripts/postgres.sh
	@scripts/browser.sh

reference: ## fill .venv-mediapipe, which the parity test compares with (Python 3.10 to 3.12)
	@scripts/reference.sh

lint: setup ## ruff, mypy --strict, import-linter
	$(venv)/python -m ruff check .
	$(venv)/python -m ruff format --check .
	@if $(venv)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; \
	then echo $(venv)/python -m mypy; $(venv)/python -m mypy; \
	else echo 'mypy: skipped, numpy for Python 3.10 has older types; runs on 3.11 and newer'; fi
	$(venv)/lint-imports

format: setup ## let ruff rewrite what it can
	$(venv)/python -m ruff check --fix .
	$(venv)/python -m ruff format .

bench: setup reference ## counting, pose parity and speed on the data in AICOACH_DATA
	$(venv)/python -m aicoach bench

lock: setup ## resolve pyproject.toml anew into requirements/*.lock (needs uv)
	scripts/lock.sh --upgrade

clean: ## remove what the other commands made
	rm -rf .venv .venv-mediapipe .mypy_cache .ruff_cache .pytest_cache .import_linter_cache \
		.hypothesis .coverage dist build out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
