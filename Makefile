# Ascolto: `make help` lists what there is. Needs Go, Node and, for browser tests, apt (as root) or a Chromium of your own.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
GO ?= go
FIXTURES ?= $(abspath ../shared/fixtures)
VULNDB ?= $(abspath ../shared/vulndb)
export ASCOLTO_FIXTURES ?= $(FIXTURES)
export ASCOLTO_FERRETDB ?= $(abspath bin/ferretdb)
TEMPL_FILES := $(shell find web -name '*.templ' 2>/dev/null)
GO_FILES := $(shell find . -name '*.go' -not -path './node_modules/*' -not -name '*_templ.go')
ONLY ?= cores docstore search crm requests surveys forum notify web
BENCH_cores := ./internal/fiscalcode ./crm/term ./surveys/stats ./surveys/disclose ./forum/opinion
BENCH_docstore := ./internal/docstore
BENCH_search := ./search
BENCH_crm := ./crm ./crm/segment ./cmd/ascolto/demo
BENCH_requests := ./crm/requests ./crm/requests/intake
BENCH_surveys := ./surveys
BENCH_forum := ./forum
BENCH_notify := ./notify
BENCH_web := ./web
ASSET_FILES := web/assets/build.mjs $(shell find web/assets/src -type f) $(TEMPL_FILES) $(filter web/%,$(filter-out %_test.go,$(GO_FILES:./%=%)))

.PHONY: help
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: run
run: build ## build all and start with demo data; open the address it prints
	@bin/ascolto demo -if-empty
	@bin/ascolto serve

.PHONY: build
build: bin/ascolto ## build the program into bin/ascolto

bin/ascolto: generate $(GO_FILES) go.mod go.sum
	$(GO) build -o $@ ./cmd/ascolto

bin/templ: TOOL = github.com/a-h/templ/cmd/templ
bin/staticcheck: TOOL = honnef.co/go/tools/cmd/staticcheck
bin/govulncheck: TOOL = golang.org/x/vuln/cmd/govulncheck
bin/templ bin/staticcheck bin/govulncheck: tools/go.mod tools/go.sum
	@mkdir -p bin
	cd tools && $(GO) build -o ../bin/ $(TOOL)
	@touch $@

bin/ferretdb: internal/testmongo/go.mod internal/testmongo/go.sum $(wildcard internal/testmongo/*.go)
	@mkdir -p bin
	cd internal/testmongo && $(GO) build -tags ferretdb_no_postgresql,ferretdb_no_mysql -o ../../bin/ferretdb .
	@touch $@

.PHONY: generate
generate: bin/.templ web/assets/dist/manifest.json ## build the page components, scripts and styles

bin/.templ: bin/templ $(TEMPL_FILES)
	@for f in $$(find web -name '*_templ.go'); do test -f $${f%_templ.go}.templ || rm $$f; done # of components that moved
	@test -z "$(TEMPL_FILES)" || bin/templ generate -path web -log-level warn
	@touch $@

node_modules/.stamp: package.json package-lock.json
	npm ci --no-progress --loglevel error
	@touch $@

web/assets/dist/manifest.json: node_modules/.stamp $(ASSET_FILES)
	@npm run -s build

# of notify what writes beside others; the rest sends thousands, which takes FerretDB minutes
NOTIFY_ON_MONGO = ^Test(AGroupIsReleased|ARetrySentAgainIsTheSame|OneTabSchedules|WhatEndedIsCountedOnce|NoMinuteHoldsMoreThanTheLimit)$$

.PHONY: test
test: generate bin/ferretdb browser ## every test, on both engines, the journey in a browser included
	$(GO) test ./...
	@test -n "$$ASCOLTO_TEST_MONGO" || echo "SKIPPED on MongoDB: unique arrays and updates into taken values, which FerretDB lacks: set ASCOLTO_TEST_MONGO to the address of a real server"
	ASCOLTO_TEST_ENGINE=mongo $(GO) test -p 1 -parallel 2 ./crm ./crm/hours ./crm/privacy ./crm/requests ./crm/requests/intake \
	  ./surveys ./forum ./internal/accounts ./internal/audit ./internal/migrate ./internal/blob ./internal/work ./internal/sitepage ./internal/reference
	ASCOLTO_TEST_ENGINE=mongo $(GO) test -p 1 -parallel 2 -run '$(NOTIFY_ON_MONGO)' ./notify
	$(MAKE) e2e

.PHONY: browser
browser: ## install Chromium for the browser tests if there is none
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium)

# the Nu Html Checker of the W3C; the package's own scripts would download a Java of their own
bin/vnu.jar: tools/package.json tools/package-lock.json
	@mkdir -p bin
	cd tools && npm ci --ignore-scripts --no-progress --loglevel error
	cp tools/node_modules/vnu-jar/build/dist/vnu.jar $@
	@touch $@

.PHONY: java
java: ## install a Java for the HTML checker if there is none
	@command -v java >/dev/null || (apt-get update -qq && apt-get install -y -qq default-jre-headless)

.PHONY: e2e
e2e: build bin/ferretdb bin/vnu.jar browser java ## in a headless browser: the journey, on both engines, and typed scripts that must not run; all pages by vnu
	ASCOLTO_VNU=$(abspath bin/vnu.jar) $(GO) test -count=1 -v -run '^TestPagesAreValid$$' ./web
	ASCOLTO_E2E=1 ASCOLTO_BINARY=$(abspath bin/ascolto) $(GO) test -count=1 -v -run '^TestJourney' ./cmd/ascolto
	ASCOLTO_E2E=1 $(GO) test -count=1 -v -run '^(TestTextsRunNowhere|TestDeskInABrowser|TestFormsInABrowser)$$' ./web

.PHONY: pages
pages: generate browser ## in a headless browser: one page of every shape, for accessibility, in minutes; WHO=desk for one role
	ASCOLTO_E2E=1 ASCOLTO_WHO=$(WHO) $(GO) test -count=1 -timeout 20m -v -run '^TestPagesInABrowser$$' ./web

.PHONY: lighthouse
lighthouse: browser ## Lighthouse, which has to be installed, on pages of the running demo at ORIGIN; fails under 0.95 for performance or accessibility
	node e2e/lighthouse.mjs $(ORIGIN)

.PHONY: check
check: generate bin/staticcheck ## format, vet, staticcheck, arrows, tests
	@test -z "$$(gofmt -l $(GO_FILES))" || { echo "not gofmt-ed:"; gofmt -l $(GO_FILES); exit 1; }
	$(GO) vet ./...
	bin/staticcheck ./...
	$(MAKE) test

.PHONY: bench
bench: generate ## benchmarks, one line a figure; ONLY=docstore for one part; fails when a figure falls short of its goal
	@lines=$$(mktemp); trap 'rm -f "$$lines"' EXIT; for part in $(ONLY); do case $$part in \
	  cores) p="$(BENCH_cores)";; docstore) p="$(BENCH_docstore)";; search) p="$(BENCH_search)";; crm) p="$(BENCH_crm)";; requests) p="$(BENCH_requests)";; \
	  surveys) p="$(BENCH_surveys)";; forum) p="$(BENCH_forum)";; notify) p="$(BENCH_notify)";; web) p="$(BENCH_web)";; *) echo "no part $$part"; exit 2;; esac; \
	  ASCOLTO_BENCH=1 $(GO) test -v -count=1 -p 1 -timeout 20m -run '^TestBench' $$p | { grep -P '\t(ok|short)$$|FAIL|panic' || true; } | tee -a "$$lines"; \
	  test $${PIPESTATUS[0]} -eq 0 || exit 1; done; \
	! grep -qP '\tshort$$' "$$lines" || { echo; echo "short of their goals:"; grep -P '\tshort$$' "$$lines"; exit 1; }

.PHONY: fuzz
fuzz: generate ## each fuzz target for FUZZTIME (default 30s)
	@for p in $$($(GO) list ./...); do for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz'); do \
	  echo "$$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(or $(FUZZTIME),30s) $$p || exit 1; done; done

.PHONY: vuln
vuln: generate bin/govulncheck ## known vulnerabilities in what we call
	@if [ -d "$(VULNDB)" ]; then cat $(VULNDB)/index/db.json; echo; bin/govulncheck -db file://$(VULNDB) ./...; else bin/govulncheck ./...; fi

.PHONY: clean
clean: ## remove what was built, not the data
	rm -rf bin web/assets/dist node_modules
	find web -name '*_templ.go' -delete
