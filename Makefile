# Two commands do everything on a fresh machine: `make report` and `make test`. Needed: Python >= 3.11, make and a network.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
DATA ?= data/sample
MONTH ?=
OUT ?= reports

.PHONY: report test faults audit licences lab setup setup-dev browser lint bench bench-large sample docs messages pictures requirements clean

report: setup
	$(BIN)/lifecycle report --data "$(DATA)" --out "$(OUT)" $(if $(MONTH),--month $(MONTH))

test: setup-dev browser
	$(BIN)/python -m pytest -n 2

# Every fault in turn, 200 kill -9 among them; some twenty minutes. The tests inject a short list.
faults: setup-dev
	LIFECYCLE_FAULTS=all $(BIN)/python -m pytest tests/faults -v

setup: $(VENV)/.installed
$(VENV)/.installed: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

setup-dev: setup $(VENV)/.installed-dev
$(VENV)/.installed-dev: requirements-dev.txt requirements-databases.txt $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-databases.txt
	touch $@

# Reports are opened in Chromium: the machine's own, or else Playwright's. Without either those tests skip and say so.
browser: setup-dev
	@command -v chromium chromium-browser google-chrome >/dev/null || $(BIN)/python -m playwright install chromium \
		|| echo "No browser could be installed: the tests that open reports will be skipped."

# JupyterLab has an environment of its own, because its presence slows every headless run.
lab: .venv-lab/.installed
	.venv-lab/bin/jupyter lab notebooks
.venv-lab/.installed: requirements.txt requirements-lab.txt
	$(PYTHON) -m venv .venv-lab
	.venv-lab/bin/python -m pip install --quiet --require-hashes -r requirements.txt
	.venv-lab/bin/python -m pip install --quiet --require-hashes -r requirements-lab.txt
	.venv-lab/bin/python -m pip install --quiet --no-deps --editable .
	touch $@

lint: setup-dev
	$(BIN)/ruff check .

# Every number of speed, side by side with peers, into benchmarks/RESULTS.md; ROUNDS=1 takes half an hour on two idle cores, up to 15 GB of disk in the temporary folder.
# Peers have an environment of their own; R with survival is compared where it is.
ROUNDS ?= 3
bench: setup-dev .venv-bench/.installed $(VENV)/.installed-spark
	$(BIN)/python benchmarks/report.py --warm --rounds $(ROUNDS)
	$(BIN)/python benchmarks/report.py --compiled --rounds $(ROUNDS)
	$(BIN)/python benchmarks/survival.py --peers .venv-bench/bin/python --rounds $(ROUNDS)
	$(BIN)/python benchmarks/survival_whole.py --customers 10000000 --rounds $(ROUNDS)
	$(BIN)/python benchmarks/cox.py --peers .venv-bench/bin/python --rounds $(ROUNDS)
	$(BIN)/python benchmarks/bootstrap.py --peers .venv-bench/bin/python --rounds $(ROUNDS)
	$(BIN)/python -m benchmarks.check --rounds $(ROUNDS)
	$(BIN)/python benchmarks/movements.py --sizes 1000000 10000000 100000000 --rounds $(ROUNDS)
.venv-bench/.installed: requirements-bench.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --require-hashes -r requirements-bench.txt
	touch $@

# What takes hours on two cores: reports of a million customers by the kit and by papermill's API; two engines side by side, on the sample, on a company of a
# million customers, and on 10^8 rows of subscriptions. 15 GB of disk in build/, 8 GB of memory; needs Java 17. A part that was made already is not made again:
# remove build/engines to begin anew. TELCO names the folder that has the public table telco/Telco-Customer-Churn.csv; without it Telco is left out.
TELCO ?= $(wildcard ../shared/data)
bench-large: setup-dev $(VENV)/.installed-spark
	$(BIN)/python benchmarks/engines.py --called "the sample company"
	$(if $(TELCO),$(BIN)/python benchmarks/engines.py --telco "$(TELCO)" --called Telco)
	test -e build/engines/company/marketing.parquet || $(BIN)/python benchmarks/engines.py --make 530000 --data build/engines/company
	$(BIN)/python benchmarks/report.py --customers 530000 --data build/engines/company --rounds 1 --ways kit api
	$(BIN)/python benchmarks/engines.py --data build/engines/company --month 2026-10 --apart --out build/engines/reports \
		--spark spark.driver.memory=6g spark.sql.shuffle.partitions=16 --called "a company of a million customers"
	$(BIN)/python benchmarks/spark_movements.py --write
$(VENV)/.installed-spark: requirements-spark.txt $(VENV)/.installed-dev
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-spark.txt
	touch $@

sample: setup
	$(BIN)/lifecycle sample --out data/sample

# Known vulnerabilities of what is pinned. Fails, too, where the advisory service cannot be asked (--strict): no part of CI.
audit: .venv-audit/.installed
	.venv-audit/bin/pip-audit --strict --disable-pip --require-hashes --requirement requirements.txt
.venv-audit/.installed: requirements-audit.txt
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install --quiet --require-hashes -r requirements-audit.txt
	touch $@

# docs/licences.md, as the installed packages declare them.
licences: setup
	$(BIN)/python docs/licences.py

# Pages that are printed from the code.
docs: setup
	$(BIN)/python -m lifecycle_utils.dictionary > data/README.md
	$(BIN)/python -m lifecycle_utils.simulate.document
	$(BIN)/python -m lifecycle_utils.sources.document

# The catalogues of the other languages: new messages in, old ones out.
messages: setup
	$(BIN)/python -m lifecycle_utils.messages

# The pictures of README, from a report of the sample company.
pictures: setup-dev browser
	$(BIN)/lifecycle report --out build/pictures
	$(BIN)/python docs/pictures.py build/pictures

# Needs uv (pip install uv). Universal, so that one lock serves Python 3.11 and newer on every platform.
requirements:
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet requirements.in -o requirements.txt
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet requirements-dev.in -o requirements-dev.txt
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet requirements-lab.in -o requirements-lab.txt
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet requirements-databases.in -o requirements-databases.txt
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet requirements-audit.in -o requirements-audit.txt
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet requirements-spark.in -o requirements-spark.txt
	uv pip compile --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --quiet requirements-bench.in -o requirements-bench.txt

clean:
	rm -rf $(VENV) .venv-lab .venv-audit .venv-bench build *.egg-info reports
