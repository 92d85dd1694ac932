#!/usr/bin/env bash
# `make shim`: the CNI plugin that stands on nodes, a static program. Usage: scripts/shim.sh [FILE]
set -euo pipefail
cd "$(dirname "$0")/.."
to=${1:-dist/shim/fairlead}
mkdir -p "$(dirname "$to")"
# Under its name only when it is whole: somebody else may copy or build it meanwhile.
draft=$to.$$
trap 'rm -f "$draft"' EXIT
"${CC:-cc}" -O2 -Wall -Wextra -Wpedantic -Werror -static -s -o "$draft" cni/plugin/shim/shim.c
mv "$draft" "$to"
