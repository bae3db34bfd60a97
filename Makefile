# One obvious command per intention, the same here, in the documentation and in CI. `make` alone lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PYTHON := $(VENV)/bin/python
READY := $(VENV)/.ready
PORT ?= 8866
DELEGATES ?= 25
PARTS ?=

# A name on PATH may be a launcher without a Python behind it, so each one is asked.
NEW_ENOUGH := -c 'import sys; sys.exit(sys.version_info < (3, 11))'

.PHONY: help serve test reliability check demo bench screens lock browser

help: ## list the commands
	@sed -n 's/^\([a-z]*\):[^#]*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

serve: $(READY) ## take the course: build, publish and serve it here (PORT=8866)
	@$(PYTHON) -m course build
	@$(PYTHON) -m course publish
	@exec $(PYTHON) -m course serve --port $(PORT)

test: $(READY) browser ## run every test
	$(PYTHON) -m course check
	$(PYTHON) -m pytest -n 2 --dist loadfile -m "not browser"
	answers=$$(mktemp -d) && trap 'rm -rf "$$answers"' EXIT && \
	  COURSE_ANSWERS=$$answers $(PYTHON) -m pytest -n 2 --dist loadfile --nbval-lax --nbval-current-env modules
	$(PYTHON) -m pytest -n 2 --dist loadfile -m browser

reliability: $(READY) ## the long run: hostile submissions, kill -9, two at once
	$(PYTHON) -m pytest -n 2 --dist loadfile --long tests/reliability

check: $(READY) ## check lessons and questions, and say what to mend
	@$(PYTHON) -m course check

demo: $(READY) ## run the whole pipeline with simulated delegates (DELEGATES=25)
	@$(PYTHON) -m course demo --delegates $(DELEGATES)

bench: $(READY) browser ## measure pages and grading beside the stock tools (writes bench.json)
	@$(PYTHON) tests/bench $(PARTS)

screens: $(READY) browser ## renew the pictures of every page in docs/screens/
	@$(PYTHON) tests/screens.py

# With the oldest Python that the course supports, so that every pin exists for it.
lock: ## renew requirements.lock with the newest versions that pyproject.toml allows
	rm -rf var/lock
	python3.11 -m venv var/lock
	var/lock/bin/python -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb")); print(*p["build-system"]["requires"], *p["project"]["dependencies"], *p["project"]["optional-dependencies"]["test"], sep="\n")' > var/lock/wanted.txt
	var/lock/bin/python -m pip install --quiet --upgrade -r var/lock/wanted.txt
	{ sed -n '/^#/p' requirements.lock; var/lock/bin/python -m pip freeze --all --exclude pip; } > var/lock/requirements.lock
	mv var/lock/requirements.lock requirements.lock
	rm -rf var/lock

browser: $(READY)
	@$(PYTHON) tests/find_browser.py

$(READY): requirements.lock pyproject.toml | $(PYTHON)
	@echo "Installing the course into $(VENV)/; the first time takes some minutes."
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(PYTHON):
	@for python in python3.13 python3.12 python3.11 python3; do \
	  if $$python $(NEW_ENOUGH) 2>/dev/null; then \
	    $$python -m venv $(VENV) && exit 0; rm -rf $(VENV); exit 1; \
	  fi; \
	done; \
	echo "The course needs Python 3.11 or newer, and none is on PATH. Install one, then run make again." >&2; exit 1
