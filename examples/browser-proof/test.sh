#!/usr/bin/env bash
# Runs the published reference in a real browser: `examples/browser-proof/test.sh`. Installs what it needs beside itself.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
CHROMIUM=$(../browser/ensure-chromium.sh)
export CHROMIUM
npm ci --no-audit --no-fund
node --test --test-concurrency=1 ./*.test.mjs
