# Ascolto: `make help` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
GO ?= go
TEMPL_FILES := $(shell find web -name '*.templ' 2>/dev/null)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

bin/templ bin/staticcheck bin/govulncheck: tools/go.mod tools/go.sum
	@mkdir -p bin
	cd tools && $(GO) build -o ../bin/ github.com/a-h/templ/cmd/templ honnef.co/go/tools/cmd/staticcheck golang.org/x/vuln/cmd/govulncheck
	@touch bin/templ bin/staticcheck bin/govulncheck

.PHONY: generate
generate: bin/.templ ## build the page components

bin/.templ: bin/templ $(TEMPL_FILES)
	@test -z "$(TEMPL_FILES)" || bin/templ generate -path web -log-level warn
	@touch $@
