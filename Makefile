# make alone prints the targets. Set-up happens by itself, once, and again when requirements.lock changes.
.DEFAULT_GOAL := help
SHELL := /bin/bash
export RASA_TELEMETRY_ENABLED := false
# Rasa's libraries, compiled at every start anew, would take longer than all the rest of a start.
export PYTHONDONTWRITEBYTECODE :=
export PIP_DISABLE_PIP_VERSION_CHECK := 1

UV := $(shell command -v uv 2>/dev/null || echo .cache/uv/bin/uv)
PY := .venv/bin/python
READY := .venv/.ready
BOTH_CORES := $(PY) -m pytest -n 2 --dist loadfile

help: ## 列出所有目标
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

run: $(READY) ## 安装、训练（有变化时）并启动助手：http://127.0.0.1:5005
	@CSP_DEMO=$${CSP_DEMO:-true} .venv/bin/csp run

chat: $(READY) ## 在终端里和助手对话
	@.venv/bin/csp chat

train: $(READY) ## 训练模型（数据没变就不训练）
	@.venv/bin/csp train

test: $(READY) lint ## 安装所需并跑测试（要 PostgreSQL、Redis、RabbitMQ）
	@tests/browser/setup.sh
	@tests/scale/setup.sh
	@echo "准备模型，然后跑测试……"
	@.venv/bin/csp train
	@$(BOTH_CORES) --no-loadscope-reorder --ignore=tests/browser --ignore=tests/scale   # or the longest file comes last
	@$(BOTH_CORES) tests/browser   # processes of their own: Playwright keeps an event loop running in them
	@$(PY) -m pytest tests/scale   # alone: they start several assistants each, and look at the time

test-scale: $(READY) ## 只跑多进程的测试：断开的引擎、换模型、nginx，约两分钟
	@tests/scale/setup.sh
	@.venv/bin/csp train
	@$(PY) -m pytest tests/scale

lint: $(READY) ## ruff 与 mypy
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy

acceptance: $(READY) ## 对运行中的助手打分（题库在 CSP_ACCEPTANCE 指定的目录）
	@$(PY) -m tests.bench.acceptance

nlu-report: $(READY) ## 交叉验证与鲁棒性，写入 docs/nlu.md（约十分钟）
	@$(PY) -m tests.bench.nlu_report

latency: $(READY) ## 一个用户、从未见过的问题：请求到回复的毫秒数
	@$(PY) -m tests.bench.latency

wechat-sim: $(READY) ## 终端里的手机：打字发给运行中的助手，像公众平台那样回调
	@$(PY) -m tests.wechat.sim

bench: $(READY) ## 和标准 Rasa 助手比快慢，写入 docs/bench.md（约二十分钟；标准助手首次要训练半小时以上）
	@$(PY) -m tests.bench.bench

lock: ## 依赖改动后重新生成 requirements.lock
	@$(UV) pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.10 --extra dev pyproject.toml -o requirements.lock

.cache/uv/bin/uv:
	@echo "安装 uv……"
	@python3 -m venv .cache/uv && .cache/uv/bin/pip install --quiet uv

$(READY): requirements.lock .python-version pyproject.toml | $(if $(findstring .cache,$(UV)),.cache/uv/bin/uv)
	@echo "安装 Python 3.10 和依赖（首次约三分钟）……"
	@test -x $(PY) || $(UV) venv --quiet --python 3.10 .venv
	@$(UV) pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

.PHONY: help run chat train test test-scale lint acceptance nlu-report latency bench wechat-sim lock
