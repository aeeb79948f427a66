# Everything here does its own set-up: Node packages, Podman, the bundle, base images. `make help` lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup demo demo-down build test check bench bench-build bench-config clean e2e e2e-newer e2e-rootless conformance-config conformance-build conformance-build-newer random-builds random-ups

TSCOMPOSE := node dist/cli.js
# Where the conformance cases are, a command that runs others on a newer Podman, and arguments such as --only 'copy'.
CONFORMANCE ?= ../shared/conformance
NEWER_ENGINE ?= ../shared/lab/newer-engine
CASES ?=
SOURCES := $(shell find src -name '*.ts' 2>/dev/null) compose.schema.json package.json tsconfig.json $(wildcard scripts/*.mjs)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

node_modules/.stamp: package.json package-lock.json
	npm ci --no-progress --loglevel=error
	@touch $@

dist/cli.js: node_modules/.stamp $(SOURCES)
	npm run --silent bundle
	@touch $@

setup: node_modules/.stamp dist/cli.js ## Node packages, the bundle, Podman and its helpers
	scripts/setup/engine

build: node_modules/.stamp ## the command (dist/cli.js) and the library (dist/lib)
	npm run --silent build

demo: setup ## build and start examples/shop, show that it works
	scripts/base-images/make debian
	scripts/demo up

demo-down: setup ## stop the demo and remove what it made
	scripts/demo down

test: setup ## all tests: unit, types, and end to end on real containers
	scripts/run-tests

check: node_modules/.stamp ## lint, types, unit tests, dead code, package checks
	npm run --silent check

e2e: setup ## only the tests on real containers
	npx vitest run --project e2e $(E2E)

# What every target on the newer Podman needs.
.PHONY: newer-engine
newer-engine: dist/cli.js
	@test -x "$(NEWER_ENGINE)" || { echo '$(NEWER_ENGINE) is not here: set NEWER_ENGINE to a program that runs commands beside a newer Podman (NEWER_ENGINE run CMD...)' >&2; exit 1; }
	$(NEWER_ENGINE) run podman image exists docker.io/library/busybox:latest || $(NEWER_ENGINE) run scripts/base-images/make busybox

e2e-newer: newer-engine ## the tests on real containers, on the newer Podman of $(NEWER_ENGINE)
	$(NEWER_ENGINE) run env TSCOMPOSE_E2E=required node node_modules/vitest/vitest.mjs run --project e2e $(E2E)

e2e-rootless: setup ## the tests on real containers, rootless, as an ordinary user (E2E=FILTER... for some of them)
	scripts/e2e-rootless $(E2E)

conformance-build: setup ## build the conformance cases with tscompose and with podman build, and compare the images
	CONFORMANCE=$(CONFORMANCE) NEWER='$(wildcard $(NEWER_ENGINE))$(if $(wildcard $(NEWER_ENGINE)), run)' node scripts/conformance-build.mjs $(CASES)

conformance-build-newer: newer-engine ## the same on the newer Podman that NEWER_ENGINE runs
	CONFORMANCE=$(CONFORMANCE) $(NEWER_ENGINE) run node scripts/conformance-build.mjs $(CASES)

random-builds: setup ## Containerfiles at random, built with tscompose and with podman build, and the images compared (RANDOM_BUILDS='--seed N --count N')
	CONFORMANCE=$(CONFORMANCE) node scripts/random-builds.mjs $(RANDOM_BUILDS)

random-ups: setup ## projects at random, changed at random: what is there after is what a first up makes (RANDOM_UPS='--seed N --count N')
	node scripts/random-ups.mjs $(RANDOM_UPS)

bench: setup ## tscompose against its rivals and the engine's own limit
	node bench/run.mjs

bench-config: node_modules/.stamp dist/cli.js ## reading large files, against docker compose
	node bench/config.mjs

bench-build: setup ## building images, against the rivals
	node bench/build.mjs

clean: ## remove what was built and installed here
	rm -rf dist node_modules coverage artifacts
