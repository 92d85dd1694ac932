#!/usr/bin/env bash
# `make image`: builds deploy/Dockerfile and prints size, SBOM and licences. Usage: scripts/image.sh [TAG]
# Where the official Node image cannot be pulled, a local base of the same Debian and the pinned Node takes its place.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$PWD/node_modules/.bin:$PATH:/usr/sbin:/sbin"
tag=${1:-localhost/fairlead:dev}
official=$(sed -n 's/^ARG NODE_IMAGE=//p' deploy/Dockerfile)
local_base=localhost/fairlead-node-base:$(cat .node-version)

say() { printf 'image: %s\n' "$*"; }
cannot() { say "cannot be built here: $*" >&2; exit 3; }

# The official base where it can be had; $FAIRLEAD_BASE names another.
choose_base() {
  base=${FAIRLEAD_BASE:-}
  [ -z "$base" ] || return 0
  base=$official
  if timeout 300 "$tool" pull -q "$official" >/dev/null 2>&1; then return 0; fi
  say "$official cannot be pulled: a local base of Debian bookworm and Node $(cat .node-version) takes its place"
  base=$local_base
  "$tool" inspect "$base" >/dev/null 2>&1 || make_local_base
}

make_local_base() {
  [ "$(id -u)" -eq 0 ] || cannot "a local base needs root"
  command -v debootstrap >/dev/null || cannot "a local base needs debootstrap (Debian: apt-get install debootstrap)"
  [ "$tool" = buildah ] || cannot "a local base needs buildah (Debian: apt-get install buildah)"
  root=$(mktemp -d)
  trap 'rm -rf "$root"' EXIT
  say "debootstrap bookworm, about a minute"
  debootstrap --variant=minbase --include=ca-certificates,libatomic1,libcap2-bin,libstdc++6 bookworm "$root" \
    >"$root.log" 2>&1 || { tail -5 "$root.log" >&2; cannot "debootstrap failed"; }
  rm "$root.log"
  cp "$(readlink -f node_modules/.bin/node)" "$root/usr/local/bin/node"
  container=$(buildah from scratch)
  buildah add -q "$container" "$root" / >/dev/null
  buildah commit -q "$container" "$local_base" >/dev/null
  buildah rm "$container" >/dev/null
}

report() {
  mkdir -p dist
  say "$tag on $base"
  say "size $("$tool" inspect --type image --format '{{.Size}}' "$tag" 2>/dev/null || size_of_image) bytes unpacked, $(du -sb --apparent-size dist/bundle | cut -f1) of them Fairlead with koffi"
  npm sbom --package-lock-only --omit dev --sbom-format cyclonedx >dist/sbom.cdx.json
  say "SBOM of $(grep -c '"bom-ref"' dist/sbom.cdx.json) components in dist/sbom.cdx.json"
  say "licences of what is bundled:"
  npm run --silent licences -- --summary
}

# buildah 1.28 does not say it in inspect.
size_of_image() {
  container=$("$tool" from "$tag")
  du -sbx --apparent-size "$("$tool" mount "$container")" | cut -f1
  "$tool" rm "$container" >/dev/null
}

tool=$(command -v buildah || command -v podman) || cannot "neither buildah nor podman is installed (Debian: apt-get install buildah)"
tool=$(basename "$tool")
choose_base
node scripts/bundle.ts
arguments=(--build-arg "NODE_IMAGE=$base" --build-arg "REVISION=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)")
# A local base holds no npm, so the bundle is made here; so it is where the registry is out of a container's reach.
[ "$base" = "$local_base" ] && arguments+=(--build-context bundle=dist/bundle --isolation chroot)
say "$tool builds $tag"
"$tool" build -q "${arguments[@]}" -f deploy/Dockerfile -t "$tag" . >/dev/null
report
