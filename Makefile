# Two commands: `make demo` trains on the handwritten digits, `make test` checks the code.
# They need Python 3.11 or newer, make and pip; everything goes into .venv beside this file.
#
#   make demo PYTHON=python3.12                another Python
#   make demo PIP_ARGS="--index-url ADDRESS"   another package index, such as a CPU-only torch
#   make test PYTEST_ARGS="-k penalties -x"    a part of the tests

PYTHON ?= python3
PIP_ARGS ?=
DEMO_ARGS ?=
PYTEST_ARGS ?=
N ?= 200

# Every path below is relative, so the checkout may lie in a folder with spaces in its name;
# `python -m` is used throughout because script headers cannot hold such paths everywhere.
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check install --quiet -c constraints.txt $(PIP_ARGS)
ONE_CORE := OMP_NUM_THREADS=1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo test slow chromium test-compiled results claims theory lint format examples accept-kill cluster wheel clean

help: ## print this list
	@echo "zerosum: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1	\2/p' Makefile | expand -t 16

demo: $(VENV)/.ok-demo ## install into .venv and train on the handwritten digits
	@$(VENV)/bin/zerosum train $(DEMO_ARGS)

test: $(VENV)/.ok-test chromium ## install the test tools and run the default tests
	@$(ONE_CORE) $(PY) -m pytest -n 2 --dist loadfile $(PYTEST_ARGS)

slow: $(VENV)/.ok-test chromium ## run the tests that take minutes
	@$(ONE_CORE) $(PY) -m pytest -m slow $(PYTEST_ARGS)

chromium: # for the studio's browser tests; where it cannot be had they are skipped and say so
	@for name in chromium chromium-browser google-chrome; do \
	  command -v $$name >/dev/null 2>&1 && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  echo "Installing chromium by apt-get for the studio's browser tests (about 100 MB to load, once)" >&2; \
	  get="apt-get -qq -y --no-install-recommends install chromium"; \
	  DEBIAN_FRONTEND=noninteractive timeout 600 sh -c "$$get || { apt-get -qq update && $$get; }" \
	    </dev/null >/dev/null 2>&1 || \
	  echo "chromium could not be installed: the browser tests will be skipped" >&2; \
	fi

test-compiled: $(VENV)/.ok-test ## run the tests of torch.compile (a minute or two)
	@$(ONE_CORE) $(PY) -m pytest --no-shape-checks -m compile $(PYTEST_ARGS)

results: $(VENV)/.ok-demo ## measure what docs/results.md states, and write it (an hour; peers apart)
	@$(PY) -m benchmarks.recipes
	@$(PY) -m benchmarks.recipes --data digits --recipes r3gan --seeds 1 2 3 4 5
	@$(PY) -m benchmarks.digits
	@$(PY) -m benchmarks.memory && $(PY) -m benchmarks.imports && $(PY) -m benchmarks.page

lint: $(VENV)/.ok-test ## check format, style and types
	@$(PY) -m ruff format --check --quiet . || \
	  { echo "lint: files above are not formatted; run 'make format'" >&2; exit 1; }
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy --no-error-summary
	@echo "lint: format, style and types are in order"

format: $(VENV)/.ok-test ## write the format that lint wants
	@$(PY) -m ruff check --quiet --select I --fix .
	@$(PY) -m ruff format --quiet .

claims: $(VENV)/.ok-test ## measure every claim of the theory; fails if one does not hold
	@$(ONE_CORE) $(PY) -m zerosum theory

theory: $(VENV)/.ok-demo ## measure every claim and write docs/theory.md with its pictures
	@$(ONE_CORE) $(PY) -m zerosum theory --report docs/theory.md

examples: $(VENV)/.ok-test ## run every script in examples/, each in an empty folder
	@for script in examples/*.py; do \
	  [ -f "$$script" ] || { echo "examples: no script found" >&2; exit 1; }; \
	  echo "$$script"; folder=$$(mktemp -d) || exit 1; \
	  ( cd "$$folder" && $(ONE_CORE) "$$OLDPWD/$(PY)" "$$OLDPWD/$$script" >log 2>&1 ) || \
	    { cat "$$folder/log" >&2; rm -rf "$$folder"; exit 1; }; \
	  rm -rf "$$folder"; \
	done

accept-kill: $(VENV)/.ok-test ## kill and resume a training N times (N=200)
	@$(ONE_CORE) $(PY) -m tests.acceptance.kill --kills $(N)

cluster: $(VENV)/.ok-cluster ## run a study on a Ray cluster of two nodes and kill one
	@$(ONE_CORE) $(PY) -m pytest -m "slow or not slow" \
	  tests/studies/test_executors.py tests/studies/test_ray_cluster.py $(PYTEST_ARGS)

wheel: | $(PY) ## build dist/*.whl and check its size and contents
	@rm -rf build dist
	@$(PY) -m pip --disable-pip-version-check wheel --quiet --no-deps --wheel-dir dist $(PIP_ARGS) .
	@$(PY) -c 'import pathlib, sys, zipfile; w = next(pathlib.Path("dist").glob("*.whl")); \
	  size = w.stat().st_size; ok = size < 5e6 and "zerosum/py.typed" in zipfile.ZipFile(w).namelist(); \
	  print(f"{w}: {size / 1e6:.2f} MB" + ("" if ok else " (must be below 5 MB and hold py.typed)")); \
	  sys.exit(not ok)'

clean: ## remove caches and built files; keeps .venv and runs/
	@rm -rf .ruff_cache .mypy_cache .pytest_cache .hypothesis build dist test-output
	@find zerosum tests examples -type d -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(PY):
	@"$(PYTHON)" -c 'import sys; v = "%d.%d" % sys.version_info[:2]; \
	  sys.exit(0 if sys.version_info >= (3, 11) else "zerosum needs Python 3.11 or newer and this is " \
	  + v + "; name another one: make demo PYTHON=python3.12")'
	@"$(PYTHON)" -m venv $(VENV)

$(VENV)/.ok-demo: pyproject.toml constraints.txt | $(PY)
	@echo "Installing zerosum and its libraries into .venv (about 1 GB, a few minutes, once)" >&2
	@$(PIP) -e .
	@touch $@

$(VENV)/.ok-test: pyproject.toml constraints.txt | $(PY)
	@echo "Installing zerosum with its test tools into .venv (about 1.3 GB, a few minutes, once)" >&2
	@$(PIP) -e ".[test]"
	@touch $@ $(VENV)/.ok-demo

$(VENV)/.ok-cluster: $(VENV)/.ok-test
	@echo "Installing Ray into .venv (about 80 MB to load, once)" >&2
	@$(PIP) -e ".[test,cluster]"
	@touch $@
