# SPDX-License-Identifier: BSD-2-Clause
# The newcomer's door: each target sets up what it needs by itself. The build proper is meson.build.
#   make            build build/release/cli/holdout; says what to install where something is missing
#   make setup      installs it (by sudo, where you are not root)
#   make demo       track an object in two real movies and show what came out
#   make gui        open the window on the demo's films
#   make test       build and run all tests
#   make test-asan  the same under AddressSanitizer and UBSan;  make test-tsan  threaded tests under ThreadSanitizer
#   make bench      measure accuracy, speed, memory and crash safety into bench/RESULTS.md
#   make install    DESTDIR= and prefix= as usual
#   make clean      remove what was compiled; what was fetched stays
# OPENVINO=FOLDER uses an unpacked OpenVINO wheel instead of fetching one.
prefix ?= /usr/local
meson_options = $(if $(OPENVINO),-Dopenvino=$(abspath $(OPENVINO)))
sanitize = --buildtype=debugoptimized -Db_lundef=false
# Tests with threads of their own.
threaded_tests = $(shell cat tests/threaded)

build: build/release/build.ninja
	@ninja -C build/release
demo: build
	@scripts/setup.sh demo && scripts/demo.sh
gui: build
	@scripts/setup.sh gui && scripts/gui.sh
test: build
	@meson test -C build/release --print-errorlogs $(TESTS)
test-asan: build/asan/build.ninja
	@meson test -C build/asan --timeout-multiplier 4 --print-errorlogs $(TESTS)
test-tsan: build/tsan/build.ninja
	@meson test -C build/tsan --timeout-multiplier 4 --print-errorlogs $(or $(TESTS),$(threaded_tests))
test-clang: build/clang/build.ninja
	@ninja -C build/clang
bench: build
	@bench/run
install: build
	@meson configure build/release -Dprefix=$(prefix)
	@meson install -C build/release
clean:
	@rm -rf build/release build/asan build/tsan build/clang

build/release/build.ninja: | needs
	@meson setup build/release $(meson_options)
build/asan/build.ninja: | needs
	@meson setup build/asan -Db_sanitize=address,undefined $(sanitize) $(meson_options)
build/tsan/build.ninja: | needs
	@meson setup build/tsan -Db_sanitize=thread $(sanitize) $(meson_options)
build/clang/build.ninja: | needs
	@scripts/setup.sh ci && CC=clang meson setup build/clang --werror $(meson_options)
needs:
	@OPENVINO="$(OPENVINO)" scripts/setup.sh build
setup:
	@OPENVINO="$(OPENVINO)" scripts/setup.sh setup

.PHONY: build demo gui test test-asan test-tsan test-clang bench install clean setup needs
