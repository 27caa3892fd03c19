# The commands of this repository; `make help` lists them. Everything is built under build/PRESET.
PRESET ?= release
JOBS ?= $(shell nproc)
BUILD := build/$(PRESET)
ROUNDS ?= 300
SECONDS ?= 60
TARGET ?=
DIR ?= ../shared/sqltests/sqlite
DATABASE ?= memory
TESTS ?=

# Objects are found again by ccache whatever the folder they were compiled in.
export CCACHE_NOHASHDIR := 1
export CCACHE_BASEDIR := $(CURDIR)
# What ccache needs to know of precompiled headers.
export CCACHE_SLOPPINESS := pch_defines,time_macros,include_file_mtime,include_file_ctime

.DEFAULT_GOAL := help
.PHONY: help setup configure build demo test lint bench compare crash fuzz sqltests format clean

# $(call run,PROGRAM,ARGUMENTS): runs a program of the build, or says which one is missing.
define run
@if [ ! -x $(1) ]; then echo "make $@: $(1) does not exist: this build has no such program" >&2; exit 2; fi
@$(1) $(2)
endef

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /|/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'
	@echo "  PRESET=release|dev|asan|tsan|clang  JOBS=$(JOBS)"

setup: ## install what is missing of Debian's packages (once, as root)
	@./cmake/setup.sh build

configure: setup
	@cmake --preset $(PRESET) -Wno-dev >$(BUILD).configure.log 2>&1 || { cat $(BUILD).configure.log; exit 1; }

configure: | build/
build/:
	@mkdir -p build

build: configure ## build everything of PRESET
	@cmake --build $(BUILD) --parallel $(JOBS)

demo: build ## three nodes, a load, a kill, a promotion, a comparison
	$(call run,examples/demo/run.sh,$(BUILD))

test: build ## build and run every test; TESTS=REGEX for some of them
	@tests/tidy/run_ctest.sh $(BUILD) $(JOBS) '$(TESTS)'

lint: setup ## format, layers, headers alone, clang -Wthread-safety, clang-tidy
	@./cmake/setup.sh lint
	@tests/tidy/lint.sh $(JOBS)

bench: build ## micro-benchmarks
	$(call run,$(BUILD)/bench/bench,)

compare: build ## HeliosDB beside SQLite and the raw disk, in one run
	$(call run,$(BUILD)/bench/compare,)

# A fifth of the rounds over two nodes, where the component is built.
crash: build ## ROUNDS=300: kill -9 under load, reopen, verify
	$(call run,$(BUILD)/tests/tools/crash,--rounds $(ROUNDS))
	@if [ -x $(BUILD)/tests/tools/crash_nodes ]; then $(BUILD)/tests/tools/crash_nodes --rounds $$((($(ROUNDS) + 4) / 5)); fi

fuzz: setup ## SECONDS=60 for each target, or only TARGET=NAME
	@./cmake/setup.sh fuzz
	@tests/fuzz/run.sh '$(TARGET)' $(SECONDS) $(JOBS)

# A list of the records that count may lie beside the files.
counted := postgresql_agrees.txt
sqltests: build ## DIR=FOLDER: run a folder of sqllogictest files
	$(call run,$(BUILD)/tests/tools/sqltests,--dir $(DIR) --database $(DATABASE) \
	  $(if $(wildcard $(DIR)/$(counted)),--list $(DIR)/$(counted)))

# Twice: a comment that is wrapped changes how its neighbours align.
format: ## format every C++ file
	@for pass in 1 2; do git ls-files -co --exclude-standard '*.cc' '*.h' | xargs -r clang-format-14 -i; done

clean: ## remove build/
	@rm -rf build
