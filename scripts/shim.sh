#!/usr/bin/env bash
# `make shim`: the CNI plugin that stands on nodes, a static program. Usage: scripts/shim.sh [FILE]
set -euo pipefail
cd "$(dirname "$0")/.."
to=${1:-dist/shim/fairlead}
mkdir -p "$(dirname "$to")"
"${CC:-cc}" -O2 -Wall -Wextra -Wpedantic -Werror -static -s -o "$to" cni/plugin/shim/shim.c
