# `make demo` and `make test` set everything up themselves, in .venv, with uv where it is there and pip otherwise;
# files are copied, not linked: NLTK, which LlamaIndex uses, refuses files with several links
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test ui check eval clean

demo: $(READY)
	@$(BIN)/dateline demo

test: $(READY) check
	$(BIN)/python -m pytest -n auto --dist loadfile

ui: $(READY)
	$(BIN)/dateline ui

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# the shipped cases over the shipped samples
eval: $(READY)
	$(BIN)/python -m eval run

$(READY): pyproject.toml constraints.txt
	@if command -v uv >/dev/null 2>&1; then \
		test -x $(BIN)/python || uv venv --quiet --python $(PYTHON) $(VENV); \
		uv pip install --quiet --link-mode copy --compile-bytecode --python $(BIN)/python --constraint constraints.txt --editable '.[dev]'; \
	else \
		test -x $(BIN)/python || $(PYTHON) -m venv $(VENV); \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt \
			--editable '.[dev]'; \
	fi
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache
