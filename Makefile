# One command for each thing one does here. `make` lists them.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/installed
SCENARIO ?= D1
SIZE ?= S
WORLD_DATA = $(or $(KVITTENS_DATA),.kvittens)/world-$(or $(WORLD),$(SIZE))
BUILT_WITH_UV := 0.13.9
CHECKS := check-format check-lint check-types check-imports check-style
TOGETHER := --jobs --keep-going $(if $(filter output-sync,$(.FEATURES)),--output-sync)

# Containers often set this, and each of the many processes of a test run then compiles every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run world sweep answers test test-fast check $(CHECKS) style format play rules docs prove prove-quick bench rebuild lock

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

setup: $(STAMP) ## Make .venv and install the locked packages (skipped when nothing has changed)

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Kvittens needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1)."; \
		echo "Install one and name it: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "'$(PYTHON)' cannot make a virtual environment: its venv or ensurepip module is missing."; \
		echo "On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing $$(grep -c '==' requirements/dev.txt) locked packages into .venv (a minute or so the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
	@echo "Installed."

run: setup ## Start Kvittens with its demonstration on http://127.0.0.1:8000 (KVITTENS_PORT), or with a world: make run WORLD=S
ifdef WORLD
	@KVITTENS_DATA=$(WORLD_DATA) $(BIN)/kvittens seed --size $(WORLD) --anew
	@KVITTENS_DATA=$(WORLD_DATA) $(BIN)/kvittens run
else
	@$(BIN)/kvittens run
endif

world: setup ## Grow a made-up record of two years that end today: make world SIZE=S|M|L
	@KVITTENS_DATA=$(WORLD_DATA) $(BIN)/kvittens seed --size $(SIZE) --anew

sweep: world ## Compare all answers about every case of a world: make sweep SIZE=S|M [SAMPLE=all] [SEED=1]
	@KVITTENS_DATA=$(WORLD_DATA) SAMPLE=$(SAMPLE) SEED=$(or $(SEED),1) $(BIN)/python -m tests.world.sweeps

answers: setup ## Accept what the small world answers now, and write it in full: make answers IN=/tmp/after
	@ANSWERS=$(or $(IN),.answers) $(BIN)/python -m pytest -q tests/world/test_answers.py tests/world/test_examples.py

test: setup ## Run the tests, against real databases; or some: make test T=tests/domain/test_referral.py
	@$(BIN)/python -m pytest $(or $(T),-n 2)

test-fast: setup ## Run the tests that need no database, but for two that run the suite themselves
	@$(BIN)/python -m pytest -n 2 --dist worksteal -m "not database and not suite"

check: setup ## Formatter, linter, strict types, import rules and plain English, all at once; changes nothing
	@$(MAKE) --no-print-directory $(TOGETHER) $(CHECKS)

check-format:
	@$(BIN)/ruff format --check .

check-lint:
	@$(BIN)/ruff check .

check-types:
	@$(BIN)/mypy

check-imports:
	@$(BIN)/lint-imports

check-style:
	@$(BIN)/python -m tests.style

style: setup ## Plain English in texts and names, by folder: make style [IN=domain/case]
	@$(BIN)/python -m tests.style $(IN)

format: setup ## Let the formatter and the linter put right what they can
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

play: setup ## Carry a scenario of the catalogue through a real server: make play SCENARIO=D1, or SCENARIO=all
	@$(BIN)/python -m play $(SCENARIO)

rules: setup ## Each rule of the catalogue: where it is enforced, and which tests show it
	@$(BIN)/python -m tests.rules

docs: setup ## Write what is generated: docs/rules.md, and the acts in docs/avtalstexter.md, and the codes of refusals
	@$(BIN)/python -m tests.docs

prove: setup ## Break each rule in its text, then each check of the code: make prove [RULE=ORE-3.1.2-6 | DOC=GAV | IN=domain/case]
	@$(if $(IN),,$(BIN)/python -m tests.rules.prove $(RULE)$(DOC))
	@$(if $(RULE)$(DOC),,$(BIN)/python -m tests.rules.prove_code $(IN))

prove-quick: setup ## Break a sample of the checks of the code, within 15 minutes: make prove-quick [SEED=2 | IN=domain/case]
	@$(BIN)/python -m tests.rules.prove_code $(IN) --minutes 15 --seed $(or $(SEED),1)

bench: setup ## Measure rates, and growth with the store and a case (BENCH_JSON: a file for the numbers; WORLDS="S M": two grown worlds)
	@BENCH_WORLDS="$(addprefix $(or $(KVITTENS_DATA),.kvittens)/world-,$(WORLDS))" $(BIN)/python -m bench

rebuild: setup ## Fold every read model anew from the events, and say whether it came out the same
	@$(BIN)/kvittens rebuild

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock"

lock: setup ## Remake the hashed locks in requirements/ from pyproject.toml
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(BUILT_WITH_UV)
	@$(LOCK) --output-file requirements/build.txt --group build
	@$(LOCK) --output-file requirements/runtime.txt pyproject.toml
	@$(LOCK) --output-file requirements/dev.txt --constraints requirements/runtime.txt --group build --group dev pyproject.toml
