# Verbs of the project; `make` prints them. Each is one line: logic lives in tested Python.
# What they build stays in .build/ and is reused. Only `deploy` and `destroy` touch an AWS account.
.DEFAULT_GOAL := help
.PHONY: help demo test test-fast check fmt types export model layer validate contract lock deploy destroy \
	bench-cold bench-import bench-answer bench-encoder bench-encoder-quality bench-startup bench-heads clean

export PYTHONPATH := functions
PYTHON ?= python3
MODEL ?= all-MiniLM-L6-v2
BIN := .build/venv/bin
EXPORT := .build/venv-export/bin/python
JSON_OPTION = $(if $(JSON),--json $(JSON))

help: ## print the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

demo: .build/venv/ready model layer ## run the whole shop on a local AWS (ONCE=1 checks and ends; DATA=folder imports yours)
	@$(BIN)/python -m infra.local.demo $(if $(ONCE),--once) $(if $(DATA),--data $(DATA))

test: .build/venv/ready model layer ## run all tests
	$(BIN)/python -m pytest && $(EXPORT) -m pytest tests/export

test-fast: .build/venv/ready ## run the tests that need neither model nor local stack
	$(BIN)/python -m pytest tests/unit tests/contract tests/handlers

check: .build/venv/ready ## check format, lint, types and template; changes nothing
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/cfn-lint template.yaml

fmt: .build/venv/ready ## rewrite the code in the house format
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

export: .build/venv-export/ready ## try all candidates for the model (MODEL=name, folder or hub-id@revision), keep the best in .build/model
	@$(EXPORT) -m model_export export --model $(MODEL) --out .build/model

model: .build/venv-export/ready ## export the model by the recipe that won before, unless .build/model has it
	@$(EXPORT) -m model_export export --model $(MODEL) --out .build/model --recipes default --effort quick

layer: .build/venv/ready ## build the runtime layer for this machine
	@$(BIN)/python -m layers.runtime.builder --out .build/layer/python

validate: .build/venv-sam/ready ## validate the template as SAM does
	.build/venv-sam/bin/sam validate --lint --template template.yaml

contract: .build/venv/ready ## write the OpenAPI contract anew
	$(BIN)/python -m infra.openapi

deploy: .build/venv-sam/ready ## build and deploy to your AWS account (asks first)
	.build/venv-sam/bin/sam build && .build/venv-sam/bin/sam deploy --guided

destroy: .build/venv-sam/ready ## delete the deployed stack (asks first)
	.build/venv-sam/bin/sam delete

bench-cold: .build/venv/ready .build/venv-baseline/ready model layer ## time cold starts in the real Lambda runtime client (PRODUCTS=n, COLD_DISK=1)
	$(BIN)/python -m benchmarks.bench_cold $(if $(PRODUCTS),--products $(PRODUCTS)) $(if $(COLD_DISK),--cold-disk) $(JSON_OPTION)

bench-import: .build/venv/ready model ## time the import of products and events
	$(BIN)/python -m benchmarks.bench_import $(JSON_OPTION)

bench-answer: .build/venv/ready model ## judge answers of the sample shop
	$(BIN)/python -m benchmarks.bench_answer $(JSON_OPTION)

bench-encoder: .build/venv-baseline/ready model .build/float32/manifest.json ## time encoding against torch, plain ONNX and other libraries
	OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 .build/venv-baseline/bin/python -m benchmarks.bench_encoder $(JSON_OPTION)

bench-encoder-quality: .build/venv/ready model .build/float32/manifest.json ## judge int8 against float32 on public tasks (DATA=folder)
	$(BIN)/python -m benchmarks.bench_encoder_quality $(DATA) $(JSON_OPTION)

bench-startup: .build/venv-export/ready model ## time how soon a session is ready, in each form a model can have
	$(EXPORT) -m benchmarks.bench_startup $(JSON_OPTION)

bench-heads: .build/venv-export/ready model ## judge linear heads on public data (DATA=folder)
	$(EXPORT) -m benchmarks.bench_heads $(DATA) $(JSON_OPTION)

lock: ## resolve the locked requirements anew
	sh infra/lock.sh

clean: ## remove everything that was built
	rm -rf .build

.build/venv/ready: requirements-dev.txt
	$(PYTHON) -m venv .build/venv && $(BIN)/python -m pip install -q -r requirements-dev.txt && touch $@

.build/venv-export/ready: model_export/requirements.txt
	$(PYTHON) -m venv .build/venv-export && .build/venv-export/bin/python -m pip install -q -r model_export/requirements.txt && touch $@

.build/float32/manifest.json: .build/venv-export/ready
	@$(EXPORT) -m model_export export --out .build/float32 --recipes float32 --effort quick

.build/venv-baseline/ready: benchmarks/requirements-baseline.txt
	$(PYTHON) -m venv .build/venv-baseline && .build/venv-baseline/bin/python -m pip install -q -r benchmarks/requirements-baseline.txt && touch $@

.build/venv-sam/ready:
	$(PYTHON) -m venv .build/venv-sam && .build/venv-sam/bin/python -m pip install -q aws-sam-cli==1.170.0 && touch $@
