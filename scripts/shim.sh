#!/usr/bin/env bash
# `make shim`: the CNI plugin that stands on nodes, a static program. Usage: scripts/shim.sh [FILE]
# CC names another compiler, such as aarch64-linux-gnu-gcc.
set -euo pipefail
cd "$(dirname "$0")/.."
to=${1:-dist/shim/fairlead}
mkdir -p "$(dirname "$to")"
# Under its name only when it is whole: somebody else may copy or build it meanwhile.
draft=$to.$$
trap 'rm -f "$draft"' EXIT
# Without a C library (system.h beside it): nothing that counts on one, such as a guard of the stack in thread storage.
# All of it in one segment, text and constants: the fewer pages, the sooner it runs.
flags=(
  -O2 -Wall -Wextra -Wpedantic -Werror
  -ffreestanding -nostdlib -static -fno-pie -no-pie
  -fno-stack-protector -fno-stack-clash-protection -fno-asynchronous-unwind-tables
  -s -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,noseparate-code
)
"${CC:-cc}" "${flags[@]}" -o "$draft" cni/plugin/shim/shim.c
mv "$draft" "$to"
