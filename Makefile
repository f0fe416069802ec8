# make lab | make test | make train | make notebooks | make figures | make address URL=…
PYTHON ?= python3
VENV   ?= .venv
PORT   ?= 8888
BROWSER ?= yes
BUDGET ?=
RUN    ?=

BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed
ROOT_FLAG    := $(if $(filter 0,$(shell id -u)),--allow-root)
BROWSER_FLAG := $(if $(filter no,$(BROWSER)),--no-browser)

.PHONY: lab test lint unit nbval train notebooks figures address set-up-proof clean
.DEFAULT_GOAL := lab

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "Python 3.10 or newer is needed, this is " + sys.version.split()[0] + ": call make PYTHON=/path/to/python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	@touch $@

lab: $(STAMP)
	$(BIN)/jupyter lab --port $(PORT) $(BROWSER_FLAG) $(ROOT_FLAG) notebooks/00_start_here.ipynb

test: lint unit nbval

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

unit: $(STAMP)
	WGANLIB_BUDGET=smoke $(BIN)/python -m pytest tests

nbval: $(STAMP)
	WGANLIB_BUDGET=smoke $(BIN)/python -m pytest --nbval-lax --nbval-current-env --nbval-cell-timeout 600 notebooks

train: $(STAMP)
	$(BIN)/python -m wganlib.train $(if $(BUDGET),--budget $(BUDGET)) $(if $(RUN),--run $(RUN)) $(if $(RESUME),--resume)

# All notebooks, or those named: make notebooks NB=notebooks/07_wgan_gp.ipynb
notebooks: $(STAMP)
	WGANLIB_BUDGET=$(or $(BUDGET),laptop) $(BIN)/python tools/run_notebooks.py $(NB)

figures: $(STAMP)
	$(BIN)/python images/draw.py

address: $(STAMP)
	$(BIN)/python tools/stamp_address.py $(URL)

# The set-up cell in an empty environment, as Colab runs it, from this clone's last commit
set-up-proof: $(STAMP)
	$(BIN)/python tools/prove_set_up.py

clean:
	rm -rf $(VENV) runs
