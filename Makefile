# Landline. `make run` opens it, `make test` checks it, `make help` lists the rest.
# Every goal makes the environment (.venv) first, and only anew where a lock file changed.

PYTHON ?= python3
SEEDS ?= 10000
KILLS ?= 1000
CUTS ?= 10000
RESUMES ?= 50
SEED ?= 0
MINUTES ?= 1
HOURS ?= 2
UV ?= uv
LOCK = $(UV) pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11 \
	--custom-compile-command "make lock"

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup run test lint sim torture soak fuzz bench demo screenshots icons lock clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

setup: ## make the environment
	@$(PYTHON) -m tools.environment run

run: ## open the window (ARGS="--profile DIR"); headless where there is no display
	@$(PYTHON) -m tools.start $(ARGS)

test: ## lint, types and all tests (ARGS="tests/unit -k name")
	@$(PYTHON) -m tools.check all $(ARGS)

lint: ## ruff, format, mypy --strict
	@$(PYTHON) -m tools.check lint

sim: setup ## the simulator on many seeds, over all cores (SEEDS=10000)
	@.venv/bin/python -m tests.sim.chaos --seeds $(SEEDS)

torture: setup ## power cuts and kill -9 without end (KILLS=1000 CUTS=10000 RESUMES=50 SEED=0)
	@.venv/bin/python -m tests.torture --cuts $(CUTS) --kills $(KILLS) --resumes $(RESUMES) --seed $(SEED)

soak: setup ## ten people for hours on a bad network: nobody grows, nothing is lost (HOURS=2 SEED=0)
	@.venv/bin/python -m tests.torture --soak $(HOURS) --seed $(SEED)

fuzz: ## libFuzzer on all that is read, over all cores (MINUTES=60 for each target; ARGS="database")
	@$(PYTHON) -m tools.environment dev
	@.venv/bin/python -m tests.fuzz --minutes $(MINUTES) $(ARGS)

bench: setup ## the figures, each beside a reference measured in the same run (ARGS="text transfer")
	@.venv/bin/python -m bench $(ARGS)

demo: setup ## two people meet, chat and send files; transcript and pictures in build/demo
	@.venv/bin/python -m tools.demo $(ARGS)

screenshots: setup ## docs/tour.md and its pictures, from people who really talk to each other
	@.venv/bin/python -m tools.tour $(ARGS)

icons: setup ## the app's icon for packages, from its SVG, into build/icons
	@.venv/bin/python -m tools.app_icons build/icons

lock: ## write the lock files anew from the ranges (needs uv)
	@$(LOCK) --upgrade requirements.txt -o requirements.lock
	@$(LOCK) --upgrade requirements-dev.txt -c requirements.lock -o requirements-dev.lock

clean: ## remove what was built, the environment too; never a profile
	@rm -rf .venv build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
