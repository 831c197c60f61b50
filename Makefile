# make test runs everything; the other targets are its parts.
TOOLS := $(CURDIR)/.tools/bin
# What the binary says of itself. The source alone, without git, gives neither.
VERSION ?= $(patsubst v%,%,$(shell git describe --tags --always --dirty 2>/dev/null || echo unknown))
REVISION ?= $(shell git rev-parse HEAD 2>/dev/null || echo unknown)
BRANCH ?= $(shell git rev-parse --abbrev-ref HEAD 2>/dev/null || echo unknown)
VERSION_PKG := github.com/prometheus/common/version
LDFLAGS := -s -w -X $(VERSION_PKG).Version=$(VERSION) \
	-X $(VERSION_PKG).Revision=$(REVISION) -X $(VERSION_PKG).Branch=$(BRANCH)
BINARY ?= vobiz_exporter

# How long each fuzz target runs.
FUZZTIME ?= 10s

# How long the soak is, and what its changes and faults are drawn from.
REFRESHES ?= 10000
SEED ?= $(shell date +%s)

.PHONY: all build release release-check test lint unit metrics alerts e2e fuzz soak faults vuln tools bench demo golden examples fresh-clone
all: build

# A static binary; with GOOS and GOARCH, one for another system. The same source,
# Go and variables make the same bytes.
build:
	CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o $(BINARY) .

# Archives, checksums and bills of materials in dist/, of the version that the tag
# names or, with VERSION=1.2.3, of that.
release:
	scripts/release $(if $(filter command,$(origin VERSION)),'$(VERSION)')

# Two releases from two folders, compared bit for bit. The second is compiled from
# nothing, which takes a while: make test compares one platform and no more.
release-check:
	scripts/release-check

demo: build
	./vobiz_exporter --demo

test: lint unit metrics alerts e2e
	scripts/fuzz 2s
	scripts/release-check linux/amd64

# Formatting, linting, and a go.mod that says what is used; scripts and
# workflows, too.
lint:
	scripts/tools golangci-lint shfmt shellcheck actionlint
	go mod tidy -diff
	cd e2e && go mod tidy -diff
	$(TOOLS)/golangci-lint run ./...
	cd e2e && $(TOOLS)/golangci-lint run ./...
	$(TOOLS)/shfmt -d .
	$(TOOLS)/shfmt -f . | xargs shellcheck
	$(TOOLS)/actionlint

unit:
	go test -race -shuffle=on ./...

# What a pull shows, read by Prometheus's own linter, which may complain of the
# two families that count in days and of nothing else.
metrics: build
	scripts/tools promtool
	scripts/check-metrics $(TOOLS)/promtool ./vobiz_exporter

alerts:
	scripts/tools promtool amtool
	$(TOOLS)/promtool check rules --lint=all --lint-fatal alerts/vobiz.rules.yml
	$(TOOLS)/promtool test rules alerts/tests/*.yml
	AMTOOL=$(TOOLS)/amtool examples/alertmanager/routes_test.sh

# The built exporter with a real Prometheus, a real Alertmanager and a webhook.
# The module reads files outside itself, which the test cache does not see.
e2e:
	scripts/tools promtool prometheus amtool alertmanager
	cd e2e && go vet ./... && go test -count=1 ./...

# The README's first commands, as a newcomer types them.
fresh-clone:
	scripts/fresh-clone

# What is found is written to testdata/fuzz: commit it with the repair.
fuzz:
	scripts/fuzz $(FUZZTIME)

# Takes some minutes; docs/soak.md has the figures of one.
soak:
	go test -run '^TestSoak$$' -v -count 1 -timeout 3h . -soak $(REFRESHES) -seed $(SEED)

bench:
	go test -run '^$$' -bench . -benchtime 5s ./vobiz ./collector
	go test -run '^$$' -bench 'Refresh|Pull' -benchtime 5x .
	go test -run '^$$' -bench Scale -benchtime 3x .

# Writes the golden files and the documentation's tables anew: look at the
# difference.
golden:
	go test -run TestDocs ./collector -update
	go test -run 'TestGolden|TestHelp|TestDocsListTheFlags' . -update

# Writes what the examples have of the alert rules and the dashboards.
examples:
	cd e2e && go test -count=1 -run '^TestComposeRules$$' . -update
	cd e2e && go test -count=1 -run '^TestGenerated$$' ./kubernetes -update

# Breaks the API in every way there is, and writes docs/faults.md.
faults:
	go test -run '^TestFaults$$' . -update

# Known weaknesses in what is used; asks the internet for them.
vuln:
	scripts/tools govulncheck
	$(TOOLS)/govulncheck ./...

# Each target installs what it needs by itself; this, all of it.
tools:
	scripts/tools
