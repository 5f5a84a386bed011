#!/usr/bin/env bash
# Installs what a list of packages names and this machine lacks. Does nothing, and asks nothing, when all is there.
set -euo pipefail

# A package is also there when another provides it: since Debian 13, libtcmalloc-minimal4 is libtcmalloc-minimal4t64.
there=$(
  dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' |
    sed -n 's/^installed //p' | tr ',' '\n' | awk '{print $1}'
)
missing=()
while read -r name _; do
  case "$name" in '' | '#'*) continue ;; esac
  grep -qxF -- "$name" <<<"$there" || missing+=("$name")
done <"$1"

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
# sudo keeps no environment; and a machine that was just started is often updating itself.
apt() {
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}
apt update
apt install -y --no-install-recommends "${missing[@]}" >/dev/null
