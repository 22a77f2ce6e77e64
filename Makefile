# kerf: see README.md. `make` builds, `make demo` shows, `make test` proves.
#
#   make [all|deps|demo|test|check|asan|fuzz|mutate|soak|bench]
#   make [install|uninstall|clean]
#   V=1 shows the commands, CC=clang takes clang, BUILD=dir builds elsewhere.

VERSION := 0.1.0
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
V       ?= 0
MODE    ?= release

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '  %-5s %s\n' '$(1)' '$(2)')

ifeq ($(origin CC),default)
CC := gcc
endif

PKGS := ncursesw libwebsockets openssl libuv libgit2 jansson sqlite3 libutf8proc \
        zlib
TEST_PKGS := cmocka vterm
# libcurl is not linked: kerf loads it when it first needs HTTP, as it and the
# thirty libraries behind it would delay every start (src/net/http_library.c).
HEADER_PKGS := libcurl

WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        -Wvla -Wformat=2 -Wundef -Wpointer-arith -Wwrite-strings
HARDEN := -fstack-protector-strong -fPIE
ifeq ($(MODE),asan)
OPTIM   := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
           -fno-omit-frame-pointer
LDHARD  := -fsanitize=address,undefined -pie
else
OPTIM   := -O2 -g -D_FORTIFY_SOURCE=3
LDHARD  := -pie -Wl,-z,relro,-z,now
endif

# An old clang may not know level 3.
CFLAGS   ?=
CPPFLAGS ?=
LDFLAGS  ?=
PKG_CFLAGS = $(shell pkg-config --cflags $(PKGS) $(HEADER_PKGS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lmd4c -linih \
             -lpcre2-8
TEST_LIBS  = $(shell pkg-config --libs $(TEST_PKGS) 2>/dev/null) -lutil

ALL_CFLAGS = -std=c17 $(WARN) $(if $(WERROR),-Werror) $(OPTIM) $(HARDEN) \
             -D_GNU_SOURCE -DKERF_VERSION='"$(VERSION)"' \
             -DKERF_DATADIR='"$(PREFIX)/share/kerf"' \
             -Iinclude $(PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = $(LDHARD) -Wl,--as-needed $(LDFLAGS)

# --- modules: one archive each; who needs whom stands in layers.txt ---------

LAYERS  := tests/lint/layers.txt
MODULES := $(shell awk '/^[a-z]/{print $$1}' $(LAYERS))
needs    = $(shell awk '$$1=="$(1)"{for(i=3;i<=NF;i++)print $$i}' $(LAYERS))
dir_of   = $(if $(filter ui,$(1)),ui,src/$(1))
srcs_of  = $(sort $(filter-out src/sim/main.c,\
             $(wildcard $(call dir_of,$(1))/*.c)))
objs_of  = $(patsubst %.c,$(BUILD)/%.o,$(call srcs_of,$(1)))
lib_of   = $(BUILD)/lib/lib$(1).a
libs_of  = $(foreach m,$(1) $(call needs,$(1)),$(call lib_of,$(m)))

KERF_MODULES := $(filter-out sim,$(MODULES))

.PHONY: all deps demo test check asan fuzz mutate soak bench install uninstall clean
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

all: $(BUILD)/kerf $(BUILD)/kerf-sim

define module_rules
$(call lib_of,$(1)): $(call objs_of,$(1))
	$$(call say,AR,$$@)
	@mkdir -p $$(@D) && rm -f $$@
	$$(Q)$$(AR) rcsD $$@ $$^
endef
$(foreach m,$(MODULES),$(eval $(call module_rules,$(m))))

# What tests of several modules share is in tests/support.
$(BUILD)/tests/%.o: ALL_CFLAGS += -Itests

$(BUILD)/%.o: %.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c $< -o $@

link = $(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) \
       -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(PKG_LIBS)

$(BUILD)/kerf: $(BUILD)/src/main.o $(foreach m,$(KERF_MODULES),$(call lib_of,$(m)))
	$(call say,LD,$@)
	$(Q)$(link)

$(BUILD)/kerf-sim: $(BUILD)/src/sim/main.o $(call libs_of,sim)
	$(call say,LD,$@)
	$(Q)$(link)

# --- tests: one program per tests/unit/<module>/test_*.c ---------------------

UNIT_SRCS  := $(sort $(wildcard tests/unit/*/test_*.c))
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(UNIT_SRCS))
test_module = $(word 3,$(subst /, ,$(1)))

define unit_rules
$(BUILD)/$(1): $(BUILD)/$(1).o $(call libs_of,$(call test_module,$(1)))
	$$(call say,LD,$$@)
	$$(Q)$$(link) $$(TEST_LIBS)
endef
$(foreach t,$(UNIT_SRCS:.c=),$(eval $(call unit_rules,$(t))))

# `make unit M=patch` builds and runs the tests of one module.
.PHONY: unit
unit: $(filter $(BUILD)/tests/unit/$(M)/%,$(UNIT_TESTS))
	$(Q)tests/run.sh $^


# --- end to end: the real binaries on a pty ----------------------------------

E2E_SRCS  := $(sort $(wildcard tests/e2e/test_*.c))
E2E_TESTS := $(patsubst %.c,$(BUILD)/%,$(E2E_SRCS))
E2E_HELP  := $(patsubst %.c,$(BUILD)/%.o,\
               $(filter-out $(E2E_SRCS),$(wildcard tests/e2e/*.c)))

$(E2E_TESTS): %: %.o $(E2E_HELP) $(call lib_of,base)
	$(call say,LD,$@)
	$(Q)$(link) $(TEST_LIBS)
$(BUILD)/tests/e2e/test_apply: $(BUILD)/tests/patch/book.o

# --- fuzz targets: the corpus runs as a test, `make fuzz` looks for more ------

FUZZ_SRCS    := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_REPLAYS := $(patsubst tests/fuzz/fuzz_%.c,$(BUILD)/tests/fuzz/test_%,\
                  $(FUZZ_SRCS))
FUZZ_SECONDS ?= 60
FUZZ_LIBS    := $(foreach m,$(filter-out app cli agent,$(MODULES)),\
                  $(call lib_of,$(m)))

$(BUILD)/tests/fuzz/test_%: $(BUILD)/tests/fuzz/fuzz_%.o \
    $(BUILD)/tests/fuzz/replay.o $(FUZZ_LIBS)
	$(call say,LD,$@)
	$(Q)$(link)

# --- damaged patches: some as a test, `make mutate` tries others -----------------

PATCH_TESTS := $(patsubst %.c,$(BUILD)/%,\
                 $(sort $(wildcard tests/patch/test_*.c)))
PATCH_HELP  := $(patsubst %.c,$(BUILD)/%.o,$(sort $(filter-out \
                 tests/patch/mutate.c tests/patch/test_%,\
                 $(wildcard tests/patch/*.c))))

$(PATCH_TESTS) $(BUILD)/tests/patch/mutate: \
    %: %.o $(PATCH_HELP) $(call libs_of,repo)
	$(call say,LD,$@)
	$(Q)$(link) $(TEST_LIBS)

# --- the agent and the model server in one process: all that can go wrong ----

NET_TESTS := $(patsubst %.c,$(BUILD)/%,$(sort $(wildcard tests/net/test_*.c)))
NET_HELP  := $(patsubst %.c,$(BUILD)/%.o,\
               $(sort $(filter-out tests/net/test_%,$(wildcard tests/net/*.c))))

$(NET_TESTS): %: %.o $(NET_HELP) $(call libs_of,agent) $(call libs_of,sim)
	$(call say,LD,$@)
	$(Q)$(link) $(TEST_LIBS)

# --- what users call -----------------------------------------------------------

TESTS := $(UNIT_TESTS) $(E2E_TESTS) $(PATCH_TESTS) $(NET_TESTS) $(FUZZ_REPLAYS)

.PHONY: tests
tests: all $(TESTS)

deps:
	$(Q)tests/deps.sh

# `make test` and `make demo` install what is missing first; the build itself
# runs in a make of its own, which then sees the new packages.
test: deps
	$(Q)$(MAKE) --no-print-directory tests
	$(Q)KERF=$(BUILD)/kerf KERF_SIM=$(BUILD)/kerf-sim tests/run.sh $(TESTS)

demo: deps
	$(Q)$(MAKE) --no-print-directory all
	$(Q)tests/demo/demo.sh $(BUILD)

asan: deps
	$(Q)$(MAKE) --no-print-directory MODE=asan BUILD=$(BUILD)-asan tests
	$(Q)KERF=$(BUILD)-asan/kerf KERF_SIM=$(BUILD)-asan/kerf-sim \
	  LSAN_OPTIONS=suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0 \
	  tests/run.sh $(patsubst $(BUILD)/%,$(BUILD)-asan/%,$(TESTS))

fuzz: deps
	$(Q)CC=clang BUILD=$(BUILD)-fuzz SECONDS_EACH=$(FUZZ_SECONDS) \
	  tests/fuzz/run.sh $(FUZZ_SRCS)

MUTATE_TRIALS ?= 1000
mutate: deps
	$(Q)$(MAKE) --no-print-directory all $(BUILD)/tests/patch/mutate
	$(Q)$(BUILD)/tests/patch/mutate --seconds $(FUZZ_SECONDS) \
	  --trials $(MUTATE_TRIALS)

BENCH := $(BUILD)/tests/bench
bench: deps
	$(Q)$(MAKE) --no-print-directory all $(BENCH)/bench $(BENCH)/rows \
	  $(BENCH)/latency $(BENCH)/client $(BENCH)/floor/floor $(BENCH)/floor/reader
	$(Q)$(BENCH)/rows
	$(Q)$(MAKE) --no-print-directory install DESTDIR=$(BENCH)/installed
	$(Q)KERF=$(BUILD)/kerf KERF_SIM=$(BUILD)/kerf-sim \
	  KERF_INSTALLED=$(BENCH)/installed $(BENCH)/bench
	$(Q)KERF_SIM=$(BUILD)/kerf-sim $(BENCH)/client
	$(Q)KERF_SIM=$(BUILD)/kerf-sim $(BENCH)/latency

BENCH_GROUPS := startup stream resting typing reviewing size ground measure
$(BENCH)/bench: $(patsubst %,$(BENCH)/%.o,bench $(BENCH_GROUPS)) \
    $(BUILD)/tests/e2e/terminal.o $(call libs_of,store)
	$(call say,LD,$@)
	$(Q)$(link) $(TEST_LIBS)

$(BENCH)/rows: $(BENCH)/rows.o $(call libs_of,ui)
	$(call say,LD,$@)
	$(Q)$(link)

$(BENCH)/latency $(BENCH)/client: %: %.o $(BENCH)/measure.o $(NET_HELP) \
    $(call libs_of,agent) $(call libs_of,sim)
	$(call say,LD,$@)
	$(Q)$(link) $(TEST_LIBS)

$(BENCH)/floor/%: $(BENCH)/floor/%.o
	$(call say,LD,$@)
	$(Q)$(CC) -pie -Wl,--no-as-needed -o $@ $^ $(PKG_LIBS)

# Longer runs of tests/net: other random faults, cuts at every byte.
SOAK_TURNS ?= 20000
SOAK_SEED  ?= $(shell date +%s)
soak: deps
	$(Q)$(MAKE) --no-print-directory $(NET_TESTS)
	$(Q)$(BUILD)/tests/net/test_cuts 1
	$(Q)$(BUILD)/tests/net/test_chance $(SOAK_SEED) $(SOAK_TURNS)

check: deps
	$(Q)$(MAKE) --no-print-directory WERROR=1 BUILD=$(BUILD)-check all
	$(Q)BUILD=$(BUILD)-check CC="$(CC)" tests/lint/check.sh
	$(Q)CC="$(CC)" tests/lint/selftest.sh

SHARE := $(DESTDIR)$(PREFIX)/share
STRIP ?= -s
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/kerf/themes \
	  $(SHARE)/man/man1 $(SHARE)/man/man5
	install $(STRIP) -m 755 $(BUILD)/kerf $(BUILD)/kerf-sim \
	  $(DESTDIR)$(PREFIX)/bin
	install -m 644 themes/*.ini $(SHARE)/kerf/themes
	install -m 644 man/*.1 $(SHARE)/man/man1
	install -m 644 man/*.5 $(SHARE)/man/man5

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/kerf $(DESTDIR)$(PREFIX)/bin/kerf-sim
	rm -rf $(SHARE)/kerf
	rm -f $(SHARE)/man/man1/kerf.1 $(SHARE)/man/man1/kerf-sim.1 \
	  $(SHARE)/man/man5/kerf-config.5

clean:
	rm -rf $(BUILD) $(BUILD)-asan $(BUILD)-check $(BUILD)-fuzz

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
