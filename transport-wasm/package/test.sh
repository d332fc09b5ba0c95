#!/usr/bin/env bash
# Everything that is tested of the package, in one command: `transport-wasm/package/test.sh`. Installs what is missing
# beside it, and Chromium. Builds the release, since that is what is weighed: a package above `budget.json` fails, after its tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

CHROMIUM=$(../../examples/browser/ensure-chromium.sh)
export CHROMIUM
npm ci --no-audit --no-fund
within_budget=yes
node build.mjs --release || within_budget=no
node_modules/.bin/tsc -p .
node_modules/.bin/tsc -p test
node_modules/.bin/tsc -p test/typings
node --test test/*.test.mjs
node --test test/install/*.test.mjs
[ $within_budget = yes ] || { echo "test.sh: the package was not built within its budget: see above" >&2; exit 1; }
