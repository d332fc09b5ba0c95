#!/usr/bin/env bash
# Everything that is tested, in one command: `./test.sh`. Ends at the first failure. Installs what is missing: toolchain,
# targets, components, Node. Talks to package registries and to loopback, to nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly oldest_rust=1.85.0
readonly core=fluxbase-client-keys
readonly ureq=fluxbase-client-keys-ureq
readonly wasm=fluxbase-client-keys-wasm
readonly fuzz_seconds=8
export CARGO_TERM_PROGRESS_WHEN=never

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

step() { printf '\n==> %s  [%d:%02d]\n' "$1" $((SECONDS / 60)) $((SECONDS % 60)); }
fail() { printf 'test.sh: %s\n' "$1" >&2; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
# Tracked files that differ from the last commit, by content; nothing where there is no git.
changes() { if git rev-parse --git-dir >/dev/null 2>&1; then git status --porcelain; git diff | cksum; fi; }

install_what_is_missing() {
  step "what is needed"
  command -v rustup >/dev/null || fail "rustup is needed: https://rustup.rs"
  rustup toolchain list | grep -q "^$oldest_rust-" \
    || rustup toolchain install "$oldest_rust" --profile minimal --no-self-update
  rustup component add rustfmt clippy
  rustup target add wasm32-wasip1 wasm32-unknown-unknown
  if ! command -v npm >/dev/null; then
    as_root apt-get update
    as_root apt-get install -y --no-install-recommends nodejs npm
  fi
  local node
  node=$(node --version)
  [ "$(printf '%s' "${node#v}" | cut -d. -f1)" -ge 20 ] || fail "Node 20 or newer is needed, this is $node"
  printf '%s, %s, Node %s\n' "$(rustc --version)" "$(rustc "+$oldest_rust" --version)" "$node"
}

check_texts() {
  step "no text names a path of somebody's machine"
  local found
  # The recordings hold what servers sent, and stay as they are.
  found=$(grep -rnIE '(^|[^A-Za-z0-9_.:/-])/(home|root|Users|work|mnt)/[A-Za-z0-9]' . \
    --exclude-dir=target --exclude-dir=node_modules --exclude-dir=.git --exclude=.git --exclude-dir=recordings --exclude-dir=corpus --exclude-dir=artifacts || true)
  [ -z "$found" ] || fail "these lines do:
$found"
}

check_format() {
  step "format"
  cargo fmt --all --check
  cargo fmt --manifest-path fuzz/Cargo.toml --check
}

check_lints() {
  local features
  step "lints: the workspace, all features"
  cargo clippy --locked --workspace --all-features --all-targets -- -D warnings
  for features in "" --no-default-features; do
    step "lints: the libraries, ${features:-default features}"
    # One by one: together, the one would switch on features of the other.
    cargo clippy --locked -p $core --all-targets $features -- -D warnings
    cargo clippy --locked -p $ureq --all-targets $features -- -D warnings
  done
}

run_tests() {
  local features
  step "tests: the workspace, all features, with the examples in the documentation"
  cargo test --locked --workspace --all-features
  for features in "" --no-default-features; do
    step "tests: the libraries, ${features:-default features}"
    cargo test --locked -p $core $features
    cargo test --locked -p $ureq $features
  done
}

build_documentation() {
  step "documentation"
  RUSTDOCFLAGS="-D warnings" cargo doc --locked --workspace --all-features --no-deps
}

check_oldest_rust() {
  step "the libraries on Rust $oldest_rust, with the locked versions"
  cargo "+$oldest_rust" check --locked -p $core -p $ureq -p $wasm --all-features
  cargo "+$oldest_rust" check --locked -p $core --no-default-features
}

# The crates that a package brings, itself included, one a line.
tree() { cargo tree --locked -p "$1" -e normal --all-features --prefix none --format '{p}' | cut -d' ' -f1,2 | sort -u; }

check_at_most() {
  local count
  count=$(tree "$1" | wc -l)
  printf '%s: %d crates, at most %d\n' "$1" "$count" "$2"
  [ "$count" -le "$2" ] || fail "$1 brings too many crates"
}

check_dependencies() {
  step "dependencies: how many, and none in the core that opens a socket, reads a clock or draws entropy"
  check_at_most $core 20
  check_at_most $ureq 50
  local impure
  impure=$(tree $core | grep -E '^(async-.*|chrono|crossbeam.*|fastrand|getrandom|hyper.*|js-sys|libc|log|mio|native-tls|openssl.*|quanta|rand.*|rayon.*|reqwest|rustix|rustls.*|smol|socket2|time|tokio.*|tracing.*|ureq.*|wasi.*|web-.*|windows.*) ' || true)
  [ -z "$impure" ] || fail "the core brings $impure"
}

test_in_wasm() {
  step "the core's tests on wasm32-wasip1, under Node"
  # Such a program has one thread, so its tests run one after the other; and a panic ends it before it shows what it had
  # captured, so nothing is captured.
  CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings $PWD/.ci/wasi.mjs" \
    cargo test --locked --target wasm32-wasip1 -p $core --all-features --lib --tests -- --nocapture
}

test_in_browser() {
  step "the fetch transport, and the traces through it, in Chromium and in Node"
  cargo clippy --locked --target wasm32-unknown-unknown -p $wasm -p fluxbase-key-traces --all-targets -- -D warnings
  transport-wasm/test.sh
  step "the npm package: its weight, its typings, every method in Node, and installed into fresh projects"
  transport-wasm/package/test.sh
  step "the published reference, faults, shared sessions and the traces in Chromium"
  examples/browser-proof/test.sh
  step "the page in Chromium"
  examples/browser/test.sh
}

run_demo() {
  step "the demonstration, in every generation"
  cargo run --locked -p fluxbase-keys -- demo --all
}

run_fuzz_targets() {
  step "the fuzz targets on their seeds, then $fuzz_seconds seconds each"
  local host target
  # The recorded answers, written out one by one.
  FLUXBASE_KEYS_BLESS=1 cargo test --locked -p $core --all-features --test fuzz_seeds
  host=$(rustc -vV | sed -n 's/^host: //p')
  # What `cargo fuzz build -s none` does; so neither cargo-fuzz nor a nightly compiler is needed. Naming the target keeps
  # build scripts out of it.
  RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Ccodegen-units=1 -Cdebug-assertions" \
    cargo build --locked --release --manifest-path fuzz/Cargo.toml --target-dir fuzz/target --target "$host" --bins
  for target in fuzz/fuzz_targets/*.rs; do
    target=$(basename "$target" .rs)
    mkdir -p "$scratch/$target" fuzz/artifacts
    "fuzz/target/$host/release/$target" -max_total_time=$fuzz_seconds -max_len=8192 -timeout=10 -dict=fuzz/dictionary.txt -rss_limit_mb=1024 \
      "-artifact_prefix=fuzz/artifacts/$target-" "$scratch/$target" "fuzz/seeds/$target" "fuzz/regressions/$target"
  done
}

before=$(changes)
install_what_is_missing
check_texts
check_format
check_lints
run_tests
build_documentation
check_oldest_rust
check_dependencies
test_in_wasm
test_in_browser
run_demo
run_fuzz_targets
step "nothing was left behind"
[ "$before" = "$(changes)" ] || fail "the tests changed the working copy"
step "all passed"
