# Two commands on a fresh Debian or Ubuntu machine: `make demo` and `make test`. Both install what is missing.
SHELL := /bin/bash
.DELETE_ON_ERROR:
PY := .venv/bin/python
LOCK := requirements/dev.txt

.PHONY: setup demo test check bench bench-quick format clean lock

setup: .venv/.ready

.venv/.debian-%: scripts/debian-%.txt scripts/install-debian.sh
	bash scripts/install-debian.sh $<
	@mkdir -p .venv && touch $@

# One after the other, for apt knows no other way.
.venv/.debian-tests: .venv/.debian-run

# Which Python counts: the system's is compiled with its profile, most that people compile are not, and these take a fifth
# more processor time for everything that docgen does (docs/decisions/0026-batches-cache-cluster.md).
# pip comes last: where it is missing, making the environment was interrupted.
.venv/.ready: .venv/.debian-run scripts/which-python.sh $(LOCK) pyproject.toml
	test -x .venv/bin/pip || { python=$$(bash scripts/which-python.sh) && "$$python" -m venv .venv; }
	.venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK)
	.venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup
	.venv/bin/docgen demo

# A worker that crashed is not replaced: with `loadgroup` the run would then wait for ever.
test: setup .venv/.debian-tests
	$(PY) -m pytest -n $${DOCGEN_TEST_JOBS:-2} --dist loadgroup --max-worker-restart 0

check: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: setup
	$(PY) benchmarks/run.py --json docs/benchmarks.json

bench-quick: setup
	$(PY) benchmarks/run.py --quick --json out/benchmarks.json

format: setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

# New locked versions: names and hashes only, no address of any registry.
lock:
	cd requirements && for f in runtime dev; do ../.venv/bin/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras \
	  --no-emit-index-url --no-emit-trusted-host --no-emit-find-links --no-header --no-annotate -o $$f.txt $$f.in; done

clean:
	rm -rf out .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis
