#!/usr/bin/env bash
# The tests of this crate: in Chromium (a window and a dedicated worker) and in Node, against servers on loopback. Installs
# what is missing: the wasm target, Chromium with its driver, and wasm-bindgen's test runner into `target/tools`.
#   transport-wasm/test.sh [window|worker|node]...
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The runner must be of the version that the crate is compiled with.
version=$(sed -n 's/^wasm-bindgen = "=\(.*\)"$/\1/p' Cargo.toml)
target=${CARGO_TARGET_DIR:-$PWD/target}
tools=$target/tools

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

rustup target add wasm32-unknown-unknown
if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
  as_root apt-get update
  as_root apt-get install -y --no-install-recommends chromium chromium-driver
fi
if [ "$("$tools/bin/wasm-bindgen-test-runner" --version 2>/dev/null || true)" != "wasm-bindgen-test-runner $version" ]; then
  # Without optimisation it is ready in half the time. Not --locked: its lock file names a version that is not to be had.
  cargo install wasm-bindgen-cli --version "$version" --debug --root "$tools" --target-dir "$target/tools-build"
  rm -rf "$target/tools-build"
fi

cargo build --locked -p fluxbase-emulator -p fluxbase-key-traces -p fluxbase-transport-conformance --bins
export WASM_BINDGEN_TEST_WEBDRIVER_JSON=$PWD/transport-wasm/webdriver.json
# The suite and the traces take longer than a runner waits by itself.
export WASM_BINDGEN_TEST_TIMEOUT=180
export CHROMEDRIVER=${CHROMEDRIVER:-$(command -v chromedriver)}
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER=$tools/bin/wasm-bindgen-test-runner
[ $# -gt 0 ] || set -- window worker node
for environment in "$@"; do
  printf '\n==> %s\n' "$environment"
  # Servers of its own for each: what they remember, such as failed sign-ins, is counted for each client.
  node transport-wasm/tests/serve.mjs "$target/debug/fluxbase-emulator" \
    cargo test --locked --target wasm32-unknown-unknown -p fluxbase-client-keys-wasm --test "$environment" -- --nocapture
  # The table of traces; how many ran is shown.
  node examples/traces/tests/fetch/serve.mjs "$target/debug/scripted-server" \
    cargo test --locked --target wasm32-unknown-unknown -p fluxbase-key-traces --test "fetch_$environment" -- --nocapture
done
