#!/usr/bin/env bash
# Installs what scripts/debian-packages.txt names and this machine lacks. Does nothing, and asks nothing, when all is there.
set -euo pipefail
cd "$(dirname "$0")"

missing=()
while read -r name _; do
  case "$name" in '' | '#'*) continue ;; esac
  dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'install ok installed' || missing+=("$name")
done <debian-packages.txt

if [ ${#missing[@]} -eq 0 ]; then
  exit 0
fi
echo "installing: ${missing[*]}" >&2
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "These Debian packages are missing and this user may not install them: ${missing[*]}" >&2
    exit 6
  }
  as_root=(sudo)
fi
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
