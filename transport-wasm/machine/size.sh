#!/usr/bin/env bash
# Builds the machine for the browser and prints its size, raw and after `gzip -9`: with the stable compiler, or with
# `--small` and the pinned nightly, which also builds the standard library for size. wasm-opt is npm's binaryen; what is
# missing is installed into `target/tools`. The result stands in `target/machine.wasm`, and is run once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly nightly=${NIGHTLY:-nightly-2026-05-20}
readonly binaryen=132.0.0
readonly target=wasm32-unknown-unknown
tools=$PWD/target/tools
export CARGO_TERM_PROGRESS_WHEN=never

optimizer=${WASM_OPT:-$tools/node_modules/.bin/wasm-opt}
[ -x "$optimizer" ] || npm install --silent --no-save --no-audit --no-fund --prefix "$tools" "binaryen@$binaryen"

build=(build --locked -p fluxbase-client-keys-machine --profile wasm --target $target)
if [ "${1:-}" = --small ]; then
  rustup toolchain list | grep -q "^$nightly-" \
    || rustup toolchain install "$nightly" --profile minimal --component rust-src --no-self-update
  directory=target/small
  RUSTFLAGS="-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none" \
    cargo "+$nightly" "${build[@]}" -Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size --target-dir $directory
else
  rustup target list --installed | grep -q "^$target$" || rustup target add $target
  directory=target
  cargo "${build[@]}"
fi

# Once more after the control flow was made anew. Not `--traps-never-happen`, which saves 0.4 kB: a bug must trap, not become
# whatever the optimizer makes of it. In the order of names functions that are alike stand near one another already.
"$optimizer" -ocimfs=1 -Oz --flatten --rereloop -Oz -Oz --reorder-functions-by-name --strip-debug --strip-producers --strip-target-features \
  $directory/$target/wasm/fluxbase_client_keys_machine.wasm -o target/machine.wasm
if [ "${1:-}" = --small ]; then
  # It takes a minute or more, so not again for the same module by the same program.
  cat target/machine.wasm transport-wasm/machine/{order,module}.mjs >target/order-of
  if ! cmp -s target/order-of target/ordered-of; then
    node transport-wasm/machine/order.mjs target/machine.wasm target/ordered.wasm
    cp target/order-of target/ordered-of
  fi
  cp target/ordered.wasm target/machine.wasm
fi
printf 'machine.wasm: %d bytes, %d after gzip -9\n' "$(wc -c <target/machine.wasm)" "$(gzip -9 -c target/machine.wasm | wc -c)"
node transport-wasm/machine/check.mjs target/machine.wasm
