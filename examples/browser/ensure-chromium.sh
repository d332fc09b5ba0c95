#!/usr/bin/env bash
# Prints the path of a Chromium that can be run without a screen, and installs Debian's one first where there is none.
#
# A program of one's own is taken from CHROMIUM. May be called by several at once: one installs, the others wait for it.
set -euo pipefail

found() {
  local name
  for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome-stable google-chrome; do
    command -v "$name" && return
  done
  return 1
}

found && exit

as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)

exec 9>"${TMPDIR:-/tmp}/ensure-chromium.lock"
flock 9
found && exit
{
  echo "Chromium is missing: installing the package chromium"
  "${as_root[@]}" apt-get update -q
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core
} >&2
found
