#!/usr/bin/env bash
# Proves the package in a real browser: `examples/browser-proof/test.sh [FILE]...`. Installs what it needs beside itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
CHROMIUM=$(../browser/ensure-chromium.sh)
export CHROMIUM
npm ci --no-audit --no-fund
node_modules/.bin/tsc -p .
[ $# -gt 0 ] || set -- ./*.test.mjs
node --test --test-concurrency=1 "$@"
