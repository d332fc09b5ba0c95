#!/usr/bin/env bash
# Drives the page in a real browser: `examples/browser/test.sh`. Installs what its tests need beside them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/test"
ensure=../../browser-proof/ensure-chromium.sh
[ ! -x "$ensure" ] || CHROMIUM=$("$ensure")
export CHROMIUM=${CHROMIUM:-/usr/bin/chromium}
cargo build --locked -p fluxbase-keys-page
npm ci --no-audit --no-fund
node --test --test-concurrency=1 ./*.test.mjs
