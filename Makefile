# Thin on purpose: each target calls one command that also runs by itself.
.DEFAULT_GOAL := help
.PHONY: help setup demo lab lab-down test test-soak bench image shim plugin lint docs
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## install what the other targets need (they call it themselves)
	@scripts/setup.sh

demo: setup ## a cluster API and the DNS server on loopback, a few names, ten seconds of load
	@node scripts/demo.ts

lab: setup ## a cluster on this machine: three nodes, DNS, proxy and CNI, kubectl; lab-down takes it away
	@bin/fairlead lab up

lab-down: ## the cluster of make lab, and all that it has made
	@bin/fairlead lab down

test: setup ## lint, then every suite; what the machine cannot run is skipped by name
	@npm run --silent lint; lint=$$?; npm test --silent; tests=$$?; exit $$((lint | tests))

test-soak: setup ## the suites with their random tests at full length (one to two hours)
	@FAIRLEAD_SOAK=1 npm test --silent

bench: setup ## compare with other servers on this machine; writes bench/RESULTS.md
	@bin/fairlead bench dns

image: setup ## the container image with buildah or podman: size, SBOM, licences
	@scripts/image.sh

shim: ## the CNI plugin that stands on nodes, a static program: dist/shim/fairlead
	@scripts/shim.sh

plugin: setup ## the CNI plugin for machines without a C compiler, a process of Node: dist/plugin/fairlead
	@node scripts/plugin.ts

lint: setup ## format, types, unused code, import directions
	@npm run --silent lint

docs: setup ## write docs/reference/ anew from the code
	@node scripts/generate-docs.ts
