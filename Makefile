# Two commands:   make course   builds everything and serves it on http://localhost:8000 (SERVE=0 make course: builds and ends)
#                 make test     the same set-up, then every test
# Each step redoes only what changed. PYTHON=… and PORT=… choose the interpreter and the port.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.PHONY: help course test setup site whole notebooks grades chromium bubblewrap postgres lock clean

VENV := .venv
PORT ?= 8000
SERVE ?= 1
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

export PATH := $(abspath $(VENV)/bin):$(PATH)
export JUPYTER_PREFER_ENV_PATH := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PACKAGE := $(shell find adaptive_lr -type f -not -path '*/__pycache__/*')
BOOK := $(shell find book tests/oracles tests/right_answers -type f -not -path '*/__pycache__/*') tests/mutation.py tests/grader_graded.py tests/wide_probes.py \
	$(wildcard solutions/*.py _build/bench/speed.md)
SAMPLE_CLASS := $(shell find tests/sample_class -type f -not -path '*/__pycache__/*')

# The names of all sources: a deleted one changes it, and so what is made of them.
_build/.sources: FORCE
	@mkdir -p _build
	@echo $(sort $(BOOK) $(PACKAGE) $(SAMPLE_CLASS)) > $@.new; if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi
FORCE:

help:
	@sed -n 's/^# //p' Makefile | head -3

course: site whole grades
	@echo
	@echo "website            $(CURDIR)/_build/html/index.html"
	@echo "the book as a PDF  $(CURDIR)/_build/html/adaptive-learning-rates.pdf"
	@echo "student notebooks  $(CURDIR)/_build/exercises"
	@echo "grades             $(CURDIR)/_build/course/reports/adagrad/grades.csv"
	@echo "overview, feedback $(CURDIR)/_build/course/reports/adagrad/index.html"
	@echo "gradebook          $(CURDIR)/_build/course/gradebook.db"
ifneq ($(SERVE),0)
	@echo
	@adaptive-lr serve --port $(PORT)
endif

test: site whole grades | postgres
	python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

# ---------------------------------------------------------------------------------------------------------- environment

setup: $(VENV)/.installed node_modules/.package-lock.json

$(VENV)/.installed: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed, and none was found: install one, or name it, PYTHON=/path/to/python3 make course"; exit 1; }
	@echo "installing the environment into $(VENV) (once, about a minute) …"
	$(PYTHON) -m venv --clear $(VENV) || { echo "No virtual environment could be made. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	python -m pip install --progress-bar on --requirement requirements.txt | grep --line-buffered -E '^(Downloading|Installing|Successfully)' | cut -c1-110
	python -m pip install --quiet --no-deps --editable .
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json $(VENV)/.installed
	NODE_OPTIONS=--use-system-ca npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# ------------------------------------------------------------------------------------------------- website and notebooks

# Where only the text of pages changed, only they are read again. A build that failed leaves nothing read: Sphinx would not warn twice.
site: _build/.site
_build/.site: _config.yml _toc.yml $(BOOK) $(PACKAGE) _build/.sources $(VENV)/.installed node_modules/.package-lock.json _build/.notebooks
	$(if $(filter-out book/%.md,$?),rm -rf _build/html _build/.doctrees)
	jupyter-book build . --warningiserror --nitpick --keep-going || { rm -rf _build/.doctrees; exit 1; }
	@touch $@

# The whole book as one page and as one PDF, on the site.
whole: _build/.whole
_build/.whole: _build/.site | chromium
	@adaptive-lr print && touch $@ || echo "The website is complete but for the PDF."

# exercises/, which students fetch and a test compares with solutions/, is written by this alone.
notebooks: setup
	adaptive-lr notebooks

_build/.notebooks: $(wildcard solutions/*) $(wildcard adaptive_lr/course/*.py) nbgrader_config.py $(VENV)/.installed
	@mkdir -p _build
	adaptive-lr notebooks --to _build/exercises
	@touch $@

# -------------------------------------------------------------------------------------------------------- a sample class

grades: _build/.graded
_build/.graded: $(SAMPLE_CLASS) $(wildcard solutions/*) $(PACKAGE) _build/.sources nbgrader_config.py _build/.notebooks | bubblewrap
	rm -rf _build/sample_class _build/course
	python tests/sample_class/write.py _build/sample_class
	adaptive-lr grade _build/sample_class --assignment adagrad --course _build/course
	@touch $@

# ------------------------------------------------------------------------------------------------------------- for tests

# $(call from_apt,PROGRAMS,PACKAGES,WHAT FOR): one of the system's programs. Installed where we may; elsewhere named, and what needs it says so.
define from_apt
	@if ! command -v $(1) > /dev/null; then \
		if command -v apt-get > /dev/null && [ "$$(id -u)" = 0 ]; then as_root=""; elif command -v apt-get > /dev/null && sudo -n true 2> /dev/null; then as_root="sudo"; \
		else echo "$(firstword $(2)) is missing, and may not be installed from here: install it (Debian, Ubuntu: apt-get install $(2)), then run make again"; exit 0; fi; \
		echo "installing $(firstword $(2)), which $(3) …"; \
		$$as_root apt-get update -qq && $$as_root apt-get install -y -qq --no-install-recommends $(2) > /dev/null || echo "$(firstword $(2)) could not be installed"; \
	fi
endef

chromium:
	$(call from_apt,chromium chromium-browser google-chrome,chromium fonts-dejavu-core,prints the book and which the tests drive)

bubblewrap:
	$(call from_apt,bwrap,bubblewrap,keeps submissions apart from this machine)

postgres:
	$(call from_apt,psql,postgresql,keeps a gradebook in the tests)

# Resolve the environment anew: the newest versions that pyproject.toml allows, written to requirements.txt. PYTHON=… make lock, with the oldest Python
# that it promises: a newer one may take what that one cannot install.
lock:
	rm -rf _build/lock && $(PYTHON) -m venv _build/lock
	_build/lock/bin/pip install --quiet ".[course,cluster,test,fast]"
	{ echo "# The resolved environment that builds and grades the course; written by make lock."; \
		_build/lock/bin/pip freeze --exclude adaptive-lr; } > requirements.txt

clean:
	rm -rf _build $(VENV) node_modules

# ------------------------------------------------------------------------------------------------------- the speed table

# make bench                       the package beside a PyTorch of its own, in _build/peers (a large download, once); then the explorers, and grading: beside nbgrader's own, on a cluster, its start; what larger classes take
# PEERS_PYTHON=… make bench        beside the PyTorch of that Python
# The two variables choose kernels for old OpenBLAS builds; they slow a current one.
.PHONY: bench
PEERS := _build/peers
bench: site chromium bubblewrap $(if $(PEERS_PYTHON),,$(PEERS)/.installed)
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE python benchmarks/bench.py
	python benchmarks/redraw.py
	python benchmarks/grading.py
	python benchmarks/grading.py --dask
	python benchmarks/startup.py
	python benchmarks/simulation.py

# What grading survives: 200 submissions, with graders killed, the database restarted, the disk filled, the run interrupted.
.PHONY: trial
trial: setup bubblewrap postgres
	python benchmarks/trial.py

$(PEERS)/.installed:
	@echo "installing PyTorch into $(PEERS), to measure beside it (once) …"
	$(PYTHON) -m venv --clear $(PEERS)
	@if $(PEERS)/bin/pip install --quiet torch==2.13.0 numpy==2.4.6; then touch $@; \
		else echo "PyTorch could not be installed: the benchmark measures without it. PEERS_PYTHON=/path/to/python make bench takes another."; fi
