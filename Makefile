# Draftspool: `make` lists what there is.
PREFIX ?= /usr/local
DESTDIR ?=
SYSCONFDIR ?= /etc

RELEASE := .build/release
PROGRAMS := draftspoold draftspool
BIN := $(DESTDIR)$(PREFIX)/bin
LIB := $(DESTDIR)$(PREFIX)/lib
MAN := $(DESTDIR)$(PREFIX)/share/man
COMPLETIONS := bash:bash-completion/completions/draftspool zsh:zsh/site-functions/_draftspool \
    fish:fish/vendor_completions.d/draftspool.fish
DOC := $(DESTDIR)$(PREFIX)/share/doc/draftspool
CONFIG := $(DESTDIR)$(SYSCONFDIR)/draftspool/draftspool.yaml
UNIT := $(LIB)/systemd/system/draftspoold
PLACES := -e 's|/usr/bin/draftspoold|$(PREFIX)/bin/draftspoold|; s|/etc/draftspool/|$(SYSCONFDIR)/draftspool/|' \
    -e 's|/usr/share/doc|$(PREFIX)/share/doc|; s|/usr/lib/tmpfiles.d|$(PREFIX)/lib/tmpfiles.d|'
SWIFT_SOURCES := Package.swift Sources Tests Benchmarks Models/workload-classifier/Features Manuals \
    Fuzz/Package.swift Fuzz/Sources/fuzz

.DEFAULT_GOAL := help
.PHONY: help demo build release deb test crash-test fuzz manuals docs test-asan test-tsan bench-policy bench-decision bench-queue bench-web \
    bench-classifier train-classifier lint format install uninstall clean

help: ## This list
	@echo "Draftspool: drop a batch of prompts, read answers and timings."
	@echo
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "New here? 'make demo' shows the main job on this machine, without installing anything of it."
	@echo "To use it: make deb && sudo apt install ./draftspool_*.deb (elsewhere: make release && sudo make install)"
	@echo "Variables: PREFIX=$(PREFIX) DESTDIR=$(DESTDIR) LLAMA_SERVER=$(LLAMA_SERVER)"

demo: ## Build, start a daemon on a temporary spool, run examples/, show what was decided
	@scripts/demo

build: ## Debug build
	@scripts/install-build-dependencies
	swift build
	@scripts/link-daemon .build/debug

release: ## Release build: draftspool, and draftspoold, a link to it
	@scripts/install-build-dependencies
	scripts/build-release draftspool

deb: ## Debian package of the release build: draftspool_VERSION_ARCHITECTURE.deb
	@scripts/install-build-dependencies --package
	scripts/build-deb

test: ## Unit and integration tests, format check, and the service under a real systemd
	@scripts/run-tests

crash-test: ## Kill daemon and engine at random points, then cut the power; ROUNDS=200
	@scripts/crash-test $(ROUNDS)
	@scripts/crash-test --power-cut

bench-policy: ## Measure the policy against every fixed setting on the real engine (QUICK=1: 10 minutes)
	@scripts/bench-policy

bench-decision: ## Measure what decisions are worth, on simulated engines and the real one (QUICK=1: shorter)
	@scripts/bench-decision

bench-queue: ## Measure the queue with an engine that answers at once (QUICK=1: 3 minutes)
	@scripts/bench-queue

bench-web: ## Measure what 200 clients of the HTTP API cost a batch that was dropped
	@scripts/bench-web

fuzz: ## Fuzz the parsers of bytes from outside; RUNS=20000 executions each
	@scripts/fuzz

manuals: build ## Write the manual pages anew, from the programs' help, examples/draftspool.yaml and docs/formats.md
	@for program in $(PROGRAMS); do \
	    .build/debug/$$program --experimental-dump-help >.build/$$program-help.json || exit 1; \
	done
	.build/debug/generate-manuals .build/draftspool-help.json .build/draftspoold-help.json examples/draftspool.yaml \
	    docs/formats.md Manuals

docs: build ## API documentation of the libraries, in .build/docs
	@scripts/build-docs

test-asan: ## Unit tests under the address sanitizer
	@scripts/test-sanitized address

test-tsan: ## Unit tests under the thread sanitizer
	@scripts/test-sanitized thread

lint: ## Check the format of the Swift sources
	swift format lint --strict --recursive $(SWIFT_SOURCES)

format: ## Format the Swift sources
	swift format --in-place --recursive $(SWIFT_SOURCES)

bench-classifier: ## Speed and accuracy of the workload classifier (DEV=FILE.jsonl: on your labelled prompts too)
	swift build -c release --product ClassifierBenchmark
	$(RELEASE)/ClassifierBenchmark --dev Tests/WorkloadTests/Resources/multilingual.jsonl $(if $(DEV),--dev $(DEV))

train-classifier: ## Train the workload classifier and write its weights (EXTRA=FILE.jsonl: labelled prompts)
	Models/workload-classifier/train $(if $(EXTRA),--extra $(EXTRA))

install: ## Install the release build: programs, systemd files, configuration
	@test -x $(RELEASE)/draftspool || { echo "install: $(RELEASE)/draftspool is missing: run 'make release' first" >&2; exit 1; }
	install -d $(BIN) $(LIB)/systemd/system $(LIB)/systemd/catalog $(LIB)/sysusers.d $(LIB)/tmpfiles.d \
	    $(DOC)/docs/guides $(addprefix $(DOC)/examples/,configurations monitoring systemd) $(dir $(CONFIG))
	install --strip -m 755 $(RELEASE)/draftspool $(BIN)
	scripts/link-daemon $(BIN)
	@for completion in $(COMPLETIONS); do \
	    for program in $(PROGRAMS); do \
	        file=$(DESTDIR)$(PREFIX)/share/$$(echo "$${completion#*:}" | sed "s|[^/_]*draftspool|$$program|"); \
	        install -d "$$(dirname "$$file")" && \
	        $(BIN)/$$program --generate-completion-script "$${completion%%:*}" >"$$file" && chmod 644 "$$file" || exit 1; \
	    done; \
	done
	install -d $(MAN)/man1 $(MAN)/man5 $(MAN)/man8
	install -m 644 Manuals/draftspool.1 $(MAN)/man1
	install -m 644 Manuals/draftspool.yaml.5 Manuals/draftspool-formats.5 $(MAN)/man5
	install -m 644 Manuals/draftspoold.8 $(MAN)/man8
	@for kind in service socket; do \
	    sed $(PLACES) systemd/draftspoold.$$kind >$(UNIT).$$kind && \
	    sed -E -f systemd/instance.sed systemd/draftspoold.$$kind | sed $(PLACES) >$(UNIT)@.$$kind && \
	    chmod 644 $(UNIT).$$kind $(UNIT)@.$$kind || exit 1; \
	done
	@# An instance of this name would take the configuration, and so the spool, of the service that has no name.
	for kind in service socket; do ln -sf /dev/null $(UNIT)@draftspool.$$kind || exit 1; done
	install -m 644 systemd/draftspool.sysusers.conf $(LIB)/sysusers.d/draftspool.conf
	install -m 644 systemd/draftspool.tmpfiles.conf $(LIB)/tmpfiles.d/draftspool.conf
	install -m 644 systemd/draftspool.catalog $(LIB)/systemd/catalog/draftspool.catalog
	install -m 644 $(wildcard README.md) LICENSE $(DOC)
	install -m 644 $(wildcard docs/*.md docs/*.json) $(DOC)/docs
	install -m 644 $(wildcard docs/guides/*.md) $(DOC)/docs/guides
	install -m 644 $(wildcard examples/*.*) $(DOC)/examples
	install -m 644 $(wildcard examples/configurations/*.yaml) $(DOC)/examples/configurations
	install -m 644 $(wildcard examples/monitoring/*) $(DOC)/examples/monitoring
	install -m 644 $(wildcard examples/systemd/*) $(DOC)/examples/systemd
	@if test -e $(CONFIG); then \
	    echo "install: kept $(CONFIG); the new example is $(DOC)/examples/draftspool.yaml"; \
	else \
	    install -m 644 examples/draftspool.yaml $(CONFIG) && echo "install: wrote $(CONFIG): set engine.model in it"; \
	fi
	@if test -z "$(DESTDIR)" && test -d /run/systemd/system; then \
	    systemd-sysusers draftspool.conf && systemd-tmpfiles --create draftspool.conf && \
	    journalctl --update-catalog && systemctl daemon-reload; \
	fi

uninstall: ## Remove what install put there; configuration, spool and state stay
	@if test -z "$(DESTDIR)" && test -d /run/systemd/system; then \
	    systemctl disable --now draftspoold.socket draftspoold 2>/dev/null || true; \
	    systemctl stop 'draftspoold@*.socket' 'draftspoold@*.service'; \
	fi
	for kind in service socket; do rm -f $(UNIT).$$kind $(UNIT)@.$$kind $(UNIT)@draftspool.$$kind || exit 1; done
	rm -f $(addprefix $(BIN)/,$(PROGRAMS)) \
	    $(LIB)/sysusers.d/draftspool.conf $(LIB)/tmpfiles.d/draftspool.conf $(LIB)/systemd/catalog/draftspool.catalog \
	    $(MAN)/man1/draftspool.1 $(MAN)/man5/draftspool.yaml.5 $(MAN)/man5/draftspool-formats.5 \
	    $(MAN)/man8/draftspoold.8
	for completion in $(COMPLETIONS); do \
	    for program in $(PROGRAMS); do \
	        rm -f "$(DESTDIR)$(PREFIX)/share/$$(echo "$${completion#*:}" | sed "s|[^/_]*draftspool|$$program|")"; \
	    done; \
	done
	rm -rf $(DOC)
	@echo "uninstall: kept $(SYSCONFDIR)/draftspool, the spools and states in /var, and the user draftspool"

clean: ## Remove builds, the fetched engine and the inflated demo model
	rm -rf .build .build-* .engine .demo .venv .venv-openai draftspool_*.deb
