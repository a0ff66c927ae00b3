# Verbs of the project; `make` prints them. Each is one line: logic lives in tested Python.
# What they build stays in .build/ and is reused. Only `deploy` and `destroy` touch an AWS account.
.DEFAULT_GOAL := help
.PHONY: help demo test test-fast check fmt types export model language-pack layer validate contract lock deploy destroy \
	bench-cold bench-import bench-answer bench-extract bench-follow-ups bench-guardrails bench-grounding bench-learning bench-encoder bench-encoder-quality bench-startup bench-heads bench-languages bench-recommend bench-recommend-latency evaluate-recommend bench-nearest bench-suggest bench-search bench-search-latency evaluate-search bench-training clean

export PYTHONPATH := functions
PYTHON ?= python3
MODEL ?= all-MiniLM-L6-v2
# Packs are for one encoder; there is a prebuilt one for the default.
LANGUAGES ?= $(if $(filter all-MiniLM-L6-v2,$(MODEL)),zh)
BIN := .build/venv/bin
EXPORT := .build/venv-export/bin/python
SPARK := .build/venv-spark/bin/python
RIVALS := .build/venv-recommenders/bin/python
MODEL_OPTIONS = --model $(MODEL) $(if $(LANGUAGES),--packs $(LANGUAGES)) $(OPTIONS)
RECIPE ?= model_export/packs/zh.toml
JSON_OPTION = $(if $(JSON),--json $(JSON))

help: ## print the verbs
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16

demo: .build/venv/ready model layer ## run the whole shop on a local AWS (ONCE=1 checks and ends; DATA=folder imports yours)
	@$(BIN)/python -m infra.local.demo $(if $(ONCE),--once) $(if $(DATA),--data $(DATA))

test: .build/venv/ready .build/venv-spark/ready model layer ## run all tests
	@# Those of the export run beside the others, on the second core, and are shown after them.
	@$(EXPORT) -m pytest tests/export > .build/test-export.log 2>&1 & export=$$!; \
	$(BIN)/python -m pytest; main=$$?; $(SPARK) -m pytest tests/spark; spark=$$?; \
	wait $$export; exported=$$?; cat .build/test-export.log; exit $$((main | spark | exported))

test-fast: .build/venv/ready ## run the tests that need neither model nor local stack
	$(BIN)/python -m pytest tests/unit tests/contract tests/handlers

check: .build/venv/ready ## check format, lint, types and template; changes nothing
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/cfn-lint template.yaml infra/bulk-training.yaml infra/generation.yaml

fmt: .build/venv/ready ## rewrite the code in the house format
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

export: .build/venv-export/ready ## try all candidates for the model (MODEL=name, folder or hub-id@revision; LANGUAGES=zh), keep the best in .build/model
	@$(EXPORT) -m model_export export $(MODEL_OPTIONS) --out .build/model

model: .build/venv-export/ready ## export the model by the recipe that won before, unless .build/model has it
	@$(EXPORT) -m model_export export $(MODEL_OPTIONS) --out .build/model --recipes default --effort quick

language-pack: .build/venv-export/ready ## teach an encoder a language (RECIPE=file.toml DATA=folder with its sources), in .build/pack
	@$(EXPORT) -m model_export language-pack build $(RECIPE) $(if $(DATA),--data $(DATA)) --model $(MODEL) --out .build/pack

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

bench-follow-ups: .build/venv/ready model ## count the follow-ups that are understood
	@$(BIN)/python -m benchmarks.bench_follow_ups $(JSON_OPTION)

bench-learning: .build/venv/ready model ## judge how open questions are clustered, on public data (DATA=folder)
	$(BIN)/python -m benchmarks.bench_learning $(DATA) $(JSON_OPTION)

bench-extract: .build/venv/ready model ## judge what is extracted from documents on public data (DATA=folder)
	@OMP_NUM_THREADS=1 $(BIN)/python -m benchmarks.bench_extract $(DATA) $(JSON_OPTION)

bench-guardrails: .build/venv/ready ## print what the guardrails catch and let pass (MODEL_FOLDER=.build/model also compares topics by meaning)
	@$(BIN)/python -m benchmarks.bench_guardrails $(if $(MODEL_FOLDER),--model $(MODEL_FOLDER)) $(JSON_OPTION)

bench-grounding: .build/venv/ready model ## count planted claims that are caught, and honest wordings that are refused
	$(BIN)/python -m benchmarks.bench_grounding $(JSON_OPTION)

bench-encoder: .build/venv-baseline/ready model .build/float32/manifest.json ## time encoding against torch, plain ONNX and other libraries
	OMP_NUM_THREADS=1 HF_HUB_OFFLINE=1 .build/venv-baseline/bin/python -m benchmarks.bench_encoder $(JSON_OPTION)

bench-encoder-quality: .build/venv/ready model .build/float32/manifest.json ## judge int8 against float32 on public tasks (DATA=folder)
	$(BIN)/python -m benchmarks.bench_encoder_quality $(DATA) $(JSON_OPTION)

bench-suggest: .build/venv/ready ## time completions at 3,700, 50,000 and 500,000 products against bisection alone
	@OMP_NUM_THREADS=1 POWERTOOLS_LOG_LEVEL=ERROR $(BIN)/python -m benchmarks.bench_suggest $(JSON_OPTION)

bench-startup: .build/venv-export/ready model ## time how soon a session is ready, in each form a model can have
	$(EXPORT) -m benchmarks.bench_startup $(JSON_OPTION)

bench-heads: .build/venv-export/ready model ## judge linear heads on public data (DATA=folder)
	$(EXPORT) -m benchmarks.bench_heads $(DATA) $(JSON_OPTION)

bench-training: .build/venv/ready ## time the training at 1, 4 and 16 times the public data (DATA=folder)
	$(BIN)/python -m benchmarks.bench_training $(DATA) $(JSON_OPTION)

bench-languages: .build/venv/ready .build/venv-baseline/ready model layer .build/float32/manifest.json .build/english/manifest.json .build/pack-float32/manifest.json ## judge the Chinese pack on public data, with what it costs (DATA=folder)
	$(BIN)/python -m benchmarks.bench_languages $(DATA) $(JSON_OPTION)

bench-recommend: .build/venv-recommenders/ready model ## compare recommendations with classic recommenders on public data (DATA=folder)
	@$(RIVALS) -m benchmarks.bench_recommend $(DATA) $(JSON_OPTION)

bench-recommend-latency: .build/venv/ready model .build/float32/manifest.json ## time recommendations in the handler at 3,700, 50,000 and 500,000 products
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.bench_recommend_latency $(JSON_OPTION)

evaluate-recommend: .build/venv/ready model ## judge recommendations by a shop's files (CATALOGUE=file EVENTS=file PROTOCOL=leave-one-out|last-basket|temporal)
	@$(BIN)/python -m benchmarks.evaluate_recommend --catalogue $(CATALOGUE) --events $(EVENTS) $(if $(PROTOCOL),--protocol $(PROTOCOL)) $(JSON_OPTION)

bench-search: .build/venv-recommenders/ready model ## compare search with words alone and meaning alone (DATA=folder also looks for garbled titles; WORST=n explains failures)
	@$(RIVALS) -m benchmarks.bench_search $(if $(DATA),--data $(DATA)) $(if $(WORST),--worst $(WORST)) $(JSON_OPTION)

bench-search-latency: .build/venv/ready model .build/float32/manifest.json ## time search in the handler at 3,700, 50,000 and 500,000 products (SIZES="50000")
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m benchmarks.bench_search_latency $(if $(SIZES),--sizes $(SIZES)) $(JSON_OPTION)

evaluate-search: .build/venv-recommenders/ready model ## judge search by a shop's files (CATALOGUE=file QUERIES=file of {"query", "judgments": {item_id: gain}})
	@$(RIVALS) -m benchmarks.evaluate_search --catalogue $(CATALOGUE) --queries $(QUERIES) $(JSON_OPTION)

bench-nearest: .build/venv/ready model ## judge approximate search among 500,000 vectors (DATA=folder with public data, HITS=50)
	$(BIN)/python -m benchmarks.bench_nearest $(DATA) $(if $(HITS),--hits $(HITS)) $(JSON_OPTION)

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

.build/english/manifest.json: .build/venv-export/ready
	@$(EXPORT) -m model_export export --out .build/english --recipes default --effort quick

.build/pack-float32/manifest.json: .build/venv-export/ready
	@$(EXPORT) -m model_export export --packs zh --out .build/pack-float32 --recipes float32 --effort quick

.build/venv-baseline/ready: benchmarks/requirements-baseline.txt
	$(PYTHON) -m venv .build/venv-baseline && .build/venv-baseline/bin/python -m pip install -q -r benchmarks/requirements-baseline.txt && touch $@

.build/venv-recommenders/ready: benchmarks/requirements-recommenders.txt
	$(PYTHON) -m venv .build/venv-recommenders && .build/venv-recommenders/bin/python -m pip install -q -r benchmarks/requirements-recommenders.txt && touch $@

.build/venv-spark/ready: infra/bulk_training/requirements.txt
	$(PYTHON) -m venv .build/venv-spark && $(SPARK) -m pip install -q -r infra/bulk_training/requirements.txt && touch $@

.build/venv-sam/ready:
	$(PYTHON) -m venv .build/venv-sam && .build/venv-sam/bin/python -m pip install -q aws-sam-cli==1.170.0 && touch $@
