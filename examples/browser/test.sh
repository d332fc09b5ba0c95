#!/usr/bin/env bash
# Checks the types of the page and drives it in a real browser: `examples/browser/test.sh`. Installs what its tests need
# beside them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/test"
CHROMIUM=$(../ensure-chromium.sh)
export CHROMIUM
cargo build --locked -p fluxbase-keys-page
npm ci --no-audit --no-fund
node_modules/.bin/tsc -p .
node --test --test-concurrency=1 ./*.test.mjs
