# make lab | make test | make test-slow | make train | make notebooks | make figures | make site | make address URL=…
PYTHON ?= python3
VENV   ?= .venv
PORT   ?= 8888
BROWSER ?= yes
BUDGET ?=
RECIPE ?=
# Processes that share the tests and notebooks, one thread each; 1 runs them one after the other with every core.
WORKERS ?= 2
# A part of them: make unit TESTS=tests/course/widgets, make nbval NOTEBOOKS=notebooks/05_distances.ipynb
TESTS ?= tests
NOTEBOOKS ?= notebooks
RUN    ?=
SITE   ?= runs/site/html

BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP   := $(BIN)/python -m pip install --quiet --disable-pip-version-check
UV_PIP := $(BIN)/uv pip install --quiet --compile-bytecode
# uv is several times as fast, but it reads none of pip's settings, so pip is tried where it fails.
install = $(UV_PIP) --python $(BIN)/python -e ".[$(1)]" || $(PIP) -e ".[$(1)]"
ROOT_FLAG    := $(if $(filter 0,$(shell id -u)),--allow-root)
BROWSER_FLAG := $(if $(filter no,$(BROWSER)),--no-browser)
PARALLEL := $(if $(filter-out 1,$(WORKERS)),-n $(WORKERS) --dist loadfile)
# What one process has compiled, the next ones read, also where a container is set up to keep nothing.
SMOKE    := PYTHONDONTWRITEBYTECODE= WGANLIB_BUDGET=smoke $(if $(PARALLEL),TF_NUM_INTRAOP_THREADS=1 TF_NUM_INTEROP_THREADS=1 OMP_NUM_THREADS=1)
NBVAL    := --nbval-lax --nbval-current-env --nbval-cell-timeout 600 $(NOTEBOOKS)
# These have no use for TensorFlow in their own process, which the other tests' conftest.py would load.
alone = --confcutdir $(1) $(1)
# What holds for every version once it holds for one: the repository itself, and what refuses before anything happens
ANY_VERSION := $(addprefix --ignore tests/,test_project.py test_notebooks.py test_bad_input.py images benchmarks \
  test_surroundings.py test_train.py)
# What depends on Keras most
TRAINING := $(addprefix tests/,training/test_keras_contract.py training/test_adversarial_model.py callbacks/test_resume.py \
  networks/test_safe_loading.py test_losses.py test_saving.py)

# A Python of one version: from the PATH or from pyenv; else the one at hand
python_of = $(firstword $(foreach p,python$(1) $(wildcard $(HOME)/.pyenv/versions/$(1).*/bin/python),$(shell $(p) -c 'import sys; print(sys.executable)' 2>/dev/null)) $(PYTHON))
COLAB_PYTHON  ?= $(call python_of,3.13)
LOWEST_PYTHON ?= $(call python_of,3.10)

.PHONY: lab test test-slow lint unit nbval unit-slow test-package test-browser test-site test-colab test-lowest test-versions train notebooks figures site site-serve bench bench-gpu address set-up-proof clean
.DEFAULT_GOAL := lab

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else "Python 3.10 or newer is needed, this is " + sys.version.split()[0] + ": call make PYTHON=/path/to/python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) uv
	$(call install,test)
	@touch $@

lab: $(STAMP)
	$(BIN)/python tools/lab.py --port $(PORT) $(BROWSER_FLAG) $(ROOT_FLAG)

test: lint unit nbval

# What takes longer: processes killed, disks filled, workers, the package, a browser, other versions
test-slow: unit-slow test-package test-browser test-site test-versions

# The order of the rooms is held with the rest of lint
lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

unit: $(STAMP)
	$(SMOKE) $(BIN)/python -m pytest $(PARALLEL) $(TESTS)

unit-slow: $(STAMP)
	$(SMOKE) $(BIN)/python -m pytest $(PARALLEL) -m slow $(TESTS)

nbval: $(STAMP)
	$(SMOKE) $(BIN)/python -m pytest $(PARALLEL) $(NBVAL)

# Builds wheel and sdist, and uses the wheel where nothing else is installed
test-package: $(STAMP)
	$(BIN)/python -m pytest $(call alone,tests/package)

# Every notebook in JupyterLab and the playground in the system's Chromium; screenshots in runs/browser/, with PAGES=yes of every page
test-browser: $(STAMP)
	$(call install,browser)
	$(SMOKE) $(BIN)/python -m pytest $(PARALLEL:loadfile=worksteal) $(call alone,tests/browser) $(if $(PAGES),--pages)

# Every page of the site in Chromium, as a folder: links, console, widths, explorers, quizzes, search, contrast, alt texts
test-site: site
	$(call install,browser)
	$(BIN)/python -m pytest $(PARALLEL:loadfile=worksteal) $(call alone,tests/site)

# With Colab's own versions, and its set-up cell; with the lowest versions that pyproject.toml allows
test-colab: .venv-colab/.installed
	$(SMOKE) .venv-colab/bin/python -m pytest $(call alone,tests/environments)
	$(SMOKE) .venv-colab/bin/python -m pytest $(PARALLEL) $(TESTS) $(ANY_VERSION)
	$(SMOKE) .venv-colab/bin/python -m pytest $(PARALLEL) $(NBVAL)

test-lowest: .venv-lowest/.installed
	$(SMOKE) .venv-lowest/bin/python -m pytest $(PARALLEL) $(TESTS) $(ANY_VERSION)
	$(SMOKE) .venv-lowest/bin/python -m pytest $(PARALLEL) $(NBVAL)

# What depends on Keras most with both, and two chapters that use the most of the library with each
test-versions:
	$(MAKE) test-lowest TESTS="$(TRAINING)" NOTEBOOKS="$(wildcard notebooks/04_*.ipynb notebooks/10_*.ipynb)"
	$(MAKE) test-colab TESTS="$(TRAINING)" NOTEBOOKS="$(wildcard notebooks/07_*.ipynb notebooks/09_*.ipynb)"

# Compiled beforehand, as pip does on Colab: else what Python says of a package's syntax stands in a chapter's output.
.venv-colab/.installed: $(STAMP) tests/environments/colab.txt
	$(BIN)/uv venv --quiet --allow-existing --python $(COLAB_PYTHON) .venv-colab
	$(UV_PIP) --python .venv-colab -c tests/environments/colab.txt -e ".[test]"
	@touch $@

.venv-lowest/.installed: $(STAMP) tests/environments/lowest.txt
	$(BIN)/uv venv --quiet --allow-existing --python $(LOWEST_PYTHON) .venv-lowest
	$(UV_PIP) --python .venv-lowest --resolution lowest-direct -c tests/environments/lowest.txt -e ".[test]"
	@touch $@

train: $(STAMP)
	$(BIN)/python -m wganlib.train $(if $(RECIPE),--recipe $(RECIPE)) $(if $(IMAGES),--images "$(IMAGES)") $(if $(SIZE),--size $(SIZE)) $(if $(MINUTES),--minutes $(MINUTES)) $(if $(RUN),--run $(RUN)) $(if $(RESUME),--resume)

# All notebooks, or those named: make notebooks NB=notebooks/07_wgan_gp.ipynb
notebooks: $(STAMP)
	WGANLIB_BUDGET=$(or $(BUDGET),laptop) $(BIN)/python tools/run_notebooks.py $(NB)

figures: $(STAMP)
	$(BIN)/python images/draw.py
	$(BIN)/python images/explorer.py

# In runs/site/html, to be opened there or from a server; the explorers' pictures are kept until their code changes
site: $(STAMP)
	$(call install,site)
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet -d runs/site/doctrees site $(SITE)

site-serve: site
	@echo "http://localhost:$(PORT) until Ctrl-C"
	$(if $(filter no,$(BROWSER)),,(sleep 1; $(BIN)/python -m webbrowser http://localhost:$(PORT)) &)
	$(BIN)/python -m http.server $(PORT) --bind localhost --directory $(SITE)

# What a step costs and how soon there are digits, on a machine that does nothing else; QUICK=1 does less. Goes on where a
# stopped run stopped. IDX=folder of the four MNIST files. PyTorch is compared where it is installed: pip install -e ".[bench]"
bench: $(STAMP)
	$(BIN)/python benchmarks/step_cost.py $(if $(QUICK),--quick)
	$(BIN)/python benchmarks/time_to_quality.py $(if $(IDX),--idx $(IDX)) $(if $(QUICK),--groups choices)
	$(if $(QUICK),,$(BIN)/python benchmarks/full_recipe.py $(if $(IDX),--idx $(IDX)))

# Every recipe's step, and a whole run of "full", on a machine with a GPU
bench-gpu: $(STAMP)
	$(BIN)/python benchmarks/on_gpu.py $(if $(IDX),--idx $(IDX))

# How fast the playground trains in Chromium, how many frames it leaves, and how large it is
.PHONY: bench-playground
bench-playground: $(STAMP)
	$(call install,browser)
	$(BIN)/python benchmarks/playground_speed.py

address: $(STAMP)
	$(BIN)/python tools/stamp_address.py $(URL)

# The set-up cell in an empty environment, as Colab runs it, from this clone's last commit
set-up-proof: $(STAMP)
	$(BIN)/python tools/prove_set_up.py

# The environments; trainings in runs/ stay
clean:
	rm -rf $(VENV) .venv-colab .venv-lowest
