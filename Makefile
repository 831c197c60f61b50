# make test runs everything; the other targets are its parts.
TOOLS := $(CURDIR)/.tools/bin
GOLANGCI_LINT := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
PROMTOOL := github.com/prometheus/prometheus/cmd/promtool@v0.316.0
VERSION_PKG := github.com/prometheus/common/version
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X $(VERSION_PKG).Version=$(VERSION) \
	-X $(VERSION_PKG).Revision=$(shell git rev-parse HEAD 2>/dev/null || echo unknown) \
	-X $(VERSION_PKG).Branch=$(shell git rev-parse --abbrev-ref HEAD 2>/dev/null || echo unknown)

.PHONY: all build test lint unit metrics tools bench demo golden faults
all: build

build:
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o vobiz_exporter .

demo: build
	./vobiz_exporter --demo

test: lint unit metrics

# Formatting, linting, and a go.mod that says what is used.
lint: $(TOOLS)/golangci-lint
	go mod tidy -diff
	$(TOOLS)/golangci-lint run ./...

unit:
	go test -race -shuffle=on ./...

# What a pull shows, read by Prometheus's own linter, which may complain of the
# two families that count in days and of nothing else.
metrics: $(TOOLS)/promtool build
	scripts/check-metrics $(TOOLS)/promtool ./vobiz_exporter

bench:
	go test -run '^$$' -bench . -benchtime 5s ./vobiz ./collector .

# Writes the golden files and the README's tables anew: look at the difference.
golden:
	go test -run TestReadme ./collector -update
	go test -run 'TestGolden|TestReadme' . -update

# Breaks the API in every way there is, and writes docs/faults.md.
faults:
	go test -run '^TestFaults$$' . -update

tools: $(TOOLS)/golangci-lint $(TOOLS)/promtool

$(TOOLS)/golangci-lint:
	GOBIN=$(TOOLS) go install $(GOLANGCI_LINT)

# Without the tag Prometheus pulls in every cloud's service discovery.
$(TOOLS)/promtool:
	CGO_ENABLED=0 GOBIN=$(TOOLS) go install -tags remove_all_sd $(PROMTOOL)
