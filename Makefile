# `make demo` and `make test` set up all they need in `.venv`: Python 3.11 or newer with pip, make and
# git are enough. `make PYTHON=python3.12 test` chooses the interpreter of a new `.venv`.

VENV = .venv
BIN = $(VENV)/bin
READY = $(VENV)/.ready
PYTHON =

.PHONY: help demo test style types tests bench replay-uv docs vscode test-vscode format clean

help:
	@echo "make demo       play the main job on examples/acme, in a real session with the server"
	@echo "make test       check style and types, and run all tests: make style, types, tests"
	@echo "make bench      measure the server beside others (benchmarks/README.md)"
	@echo "make replay-uv  ask the installed uv about all recorded cases, and list what drifted"
	@echo "make docs       write what is generated: docs/rules, schemas, tables of README and ARCHITECTURE, the picture"
	@echo "make vscode     build the VS Code extension, vscode-extension/ws-lsp.vsix (Node 20 or newer)"
	@echo "make test-vscode  test it, in VS Code as well: VSCODE=4.139.1 chooses the code-server"
	@echo "make format     format the code and apply ruff's fixes"
	@echo "make clean      remove .venv and everything that was generated beside it"

demo: $(READY)
	@$(BIN)/python -m examples.demo

test: style types tests

style: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

tests: $(READY)
	$(BIN)/python -m pytest -n auto --dist worksteal

bench: $(READY)
	PYTHON=$(BIN)/python sh benchmarks/setup.sh
	$(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/start_up.py
	$(BIN)/python benchmarks/path_projects.py
	$(BIN)/python benchmarks/sync_overhead.py

replay-uv: $(READY)
	$(BIN)/uv --version
	$(BIN)/python tests/differential/replay.py

docs: $(READY)
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/picture.py

EXTENSION = vscode-extension
VSIX = $(EXTENSION)/ws-lsp.vsix
NODE_MODULES = $(EXTENSION)/node_modules/.package-lock.json
# npm's code-server is VS Code's server with its workbench; 4.100.3 is VS Code 1.100.3
VSCODE = 4.100.3
CODE_SERVER = build/code-server-$(VSCODE)
# stand-ins for the extensions of others
TOML_VSIX = build/toml-language.vsix
PYTHON_VSIX = build/python.vsix

# not `npm ci`: the lock file names no registry, and npm leaves other platforms' packages out of such a one
$(NODE_MODULES): $(EXTENSION)/package-lock.json
	cd $(EXTENSION) && npm install --no-save --no-audit --no-fund --omit-lockfile-registry-resolved --loglevel=error
	@touch $@

vscode: $(READY) $(NODE_MODULES)
	$(BIN)/python $(EXTENSION)/scripts/bundle_server.py
	cd $(EXTENSION) && npm run --silent check && npm run --silent package

$(CODE_SERVER)/code-server:
	bash $(EXTENSION)/test/workbench/install-code-server.sh $(CODE_SERVER) $(VSCODE)

test-vscode: vscode $(CODE_SERVER)/code-server
	cd $(EXTENSION) && npm run --silent lint && npm test --silent
	cd $(EXTENSION) && node scripts/build.mjs --tests
	cd $(EXTENSION)/test/workbench/toml-extension && ../../../node_modules/.bin/vsce package --no-dependencies --out $(CURDIR)/$(TOML_VSIX) >/dev/null
	cd $(EXTENSION)/test/workbench/python-extension && ../../../node_modules/.bin/vsce package --no-dependencies --out $(CURDIR)/$(PYTHON_VSIX) >/dev/null
	node $(EXTENSION)/test/workbench/run.mjs --code-server $(CODE_SERVER)/code-server --vsix $(VSIX) \
	    --toml-vsix $(TOML_VSIX) --python-vsix $(PYTHON_VSIX) --uv $(BIN)/uv \
	    --python "$$($(BIN)/python -c 'import sys; print(sys._base_executable)')" \
	    --screenshots build/screenshots $(if $(ONLY),--only $(ONLY))

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# pip knows `--group` from 25.1 on. Where `ensurepip` is left out of Python (Debian without
# python3-venv), the system's pip puts one into the environment.
$(READY): pyproject.toml
	@set -e; \
	fits='import sys; sys.exit(sys.version_info < (3, 11))'; \
	if ! "$(BIN)/python" -c "$$fits" 2>/dev/null; then \
	    for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11 none; do \
	        if "$$python" -c "$$fits" 2>/dev/null; then break; fi; \
	    done; \
	    if [ "$$python" = none ]; then echo "error: no Python 3.11 or newer was found" >&2; exit 1; fi; \
	    echo "setting up $(VENV) with $$python ..."; \
	    "$$python" -m venv --clear $(VENV) >/dev/null 2>&1 || { \
	        "$$python" -m venv --clear --without-pip $(VENV); \
	        "$$python" -m pip --python $(BIN)/python install --quiet --quiet pip; \
	    }; \
	fi
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	@$(BIN)/python -m pip install --quiet --quiet --editable . --group dev
	@touch $(READY)
