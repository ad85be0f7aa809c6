# Everything a newcomer needs: `make run` archives the bundled sample, `make test` runs every check.
PYTHON ?= python3
BIN := .venv/bin

# A .venv does not survive that its folder is moved or renamed: then it is made anew.
$(shell [ ! -f .venv/folder ] || [ "$$(cat .venv/folder)" = "$$(pwd -P)" ] || rm -rf .venv)

.PHONY: help run test interop torture lint types layers check bench bench-capture bench-cleaning bench-import bench-search bench-large bench-readers bench-years docs lock clean

help:
	@echo "make run    set up and archive the source in config.toml (the bundled sample site)"
	@echo "make test   set up and run every check: lint, types, layers, tests"
	@echo "make torture   crash and damage archives thousands of times; takes long"
	@echo "make interop   have pywb, in an environment of its own, replay what we store"
	@echo "make bench  print what capture and cleaning cost on the sample"
	@echo "make bench-capture   set capture beside wget and a capture_http loop, eight hosts beside one"
	@echo "make bench-cleaning  set cleaning beside other tools: speed, and what each of them loses"
	@echo "make bench-import    take in a folder of 5,000 made-up saved pages on one core"
	@echo "make bench-search    set search and storage beside sqlite-utils, on 2,000 made-up stories"
	@echo "make bench-large     the same at 1,000, 10,000 and 100,000 stories; takes long, and 6 GB in bench-large/"
	@echo "make bench-readers   let eight processes search while one writes, for five minutes"
	@echo "make bench-years     simulate ten years of a daily timer over a site that changes now and then"
	@echo "make docs   write docs/cli.md and docs/database.md anew"
	@echo "make lock   renew the hash-locked requirements (maintainers; needs uv)"
	@echo "make clean  remove .venv and caches; the archive is never touched"

run: .venv/run.done
	@$(BIN)/storykeep sample --run

test: .venv/test.done
	$(BIN)/ruff check src tests bench docs
	$(BIN)/ruff format --check src tests bench docs
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -q -n 2

torture: .venv/test.done
	$(BIN)/python -m pytest -q -s -n 2 -m torture

interop: .venv/test.done .venv-interop/done
	PYTHONPATH=. PYWB=.venv-interop/bin $(BIN)/python bench/interop.py

lint: .venv/test.done
	$(BIN)/ruff check src tests bench docs
	$(BIN)/ruff format --check src tests bench docs

types: .venv/test.done
	$(BIN)/mypy

layers: .venv/test.done
	$(BIN)/lint-imports --no-logo

check: test

bench: .venv/run.done
	$(BIN)/python bench/sample.py

bench-capture: .venv/run.done
	$(BIN)/python bench/capture.py

bench-cleaning: .venv/run.done .venv-bench/done
	$(BIN)/python bench/cleaning.py

bench-import: .venv/run.done
	$(BIN)/python bench/import.py

bench-search: .venv/run.done
	$(BIN)/python bench/search.py

# The site that it archives is that of the tests.
bench-years: .venv/test.done
	$(BIN)/python bench/years.py

bench-large: .venv/run.done
	$(BIN)/python bench/scale.py

bench-readers: .venv/run.done
	$(BIN)/python bench/readers.py

docs: .venv/run.done
	$(BIN)/python docs/make_cli.py > docs/cli.md
	$(BIN)/python docs/make_database.py > docs/database.md

lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements/run.txt --group test pyproject.toml -o requirements/test.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements/run.txt requirements/bench.in -o requirements/bench.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header requirements/interop.in -o requirements/interop.txt

clean:
	rm -rf .venv .venv-bench .venv-interop .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist

# The interpreter is looked at first, so that what is missing is said in words and not by a traceback.
.venv/bin/python:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "error: $(PYTHON) was not found; Storykeep needs Python 3.11 or newer" >&2; \
	  echo "hint: install it, or name it: make run PYTHON=/path/to/python3" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: $$($(PYTHON) --version) is too old; Storykeep needs Python 3.11 or newer" >&2; \
	  echo "hint: make run PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "error: this Python has no venv module" >&2; \
	  echo "hint: on Debian and Ubuntu: sudo apt install python3-venv" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; exit 1; }
	@pwd -P > .venv/folder

.venv/run.done: requirements/run.txt requirements/build.txt pyproject.toml | .venv/bin/python
	@echo "Installing what Storykeep needs into .venv ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/run.txt || { \
	  echo "error: the packages in requirements/run.txt could not be installed" >&2; \
	  echo "hint: the first run needs the package registry once; later runs are offline" >&2; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/test.done: requirements/test.txt .venv/run.done
	@echo "Installing what the checks need into .venv ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt || { \
	  echo "error: the packages in requirements/test.txt could not be installed" >&2; \
	  echo "hint: the first run needs the package registry once; later runs are offline" >&2; exit 1; }
	@touch $@

# pywb is AGPL: it is installed apart, and only spoken to.
.venv-interop/done: requirements/interop.txt | .venv/bin/python
	@echo "Installing pywb into .venv-interop ..."
	@$(BIN)/python -m venv --clear .venv-interop
	@.venv-interop/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/interop.txt || { \
	  echo "error: the packages in requirements/interop.txt could not be installed" >&2; \
	  echo "hint: this needs the package registry once; later runs are offline" >&2; exit 1; }
	@touch $@

# What Storykeep is compared with is installed apart from it, and only for that. The list is whole,
# so nothing is resolved: older versions of pip stumble over an extra that two packages ask for.
.venv-bench/done: requirements/bench.txt | .venv/bin/python
	@echo "Installing what cleaning is compared with into .venv-bench ..."
	@$(BIN)/python -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements/bench.txt || { \
	  echo "error: the packages in requirements/bench.txt could not be installed" >&2; \
	  echo "hint: this needs the package registry once; later runs are offline" >&2; exit 1; }
	@touch $@
