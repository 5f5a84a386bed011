#!/usr/bin/env bash
# Prints the Python that docgen's environment is made with: what DOCGEN_PYTHON names, else the system's own where it is
# new enough, else the first one on the path.
set -euo pipefail
if [ -n "${DOCGEN_PYTHON:-}" ]; then
  candidates=("$DOCGEN_PYTHON")
else
  candidates=(/usr/bin/python3 python3)
fi
for python in "${candidates[@]}"; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "$python"
    exit 0
  fi
done
echo "docgen needs Python 3.11 or newer, and this is none: ${candidates[*]}" >&2
exit 6
