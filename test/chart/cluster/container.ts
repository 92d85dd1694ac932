import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { Container, Image } from "./contract.ts";

/** The user and the one capability that the chart gives its container. */
const restrictions = [
  "--reuid=65532",
  "--regid=65532",
  "--clear-groups",
  "--no-new-privs",
  "--bounding-set=-all,+net_bind_service",
  // Instead of the capability of the image's file, which no copy of Node outside an image has.
  "--inh-caps=-all,+net_bind_service",
  "--ambient-caps=-all,+net_bind_service",
  "--pdeathsig=KILL",
];

/**
 * What a container runtime does: a root of its own with what the image holds (the libraries are this machine's),
 * the pod's mounts, and then nothing to write to but those. $1 is the folder that becomes the root, the rest is the command.
 */
function script(mounts: readonly Mount[]): string {
  return [
    "root=$1; shift",
    'mount -t tmpfs -o mode=755 none "$root"',
    'cd "$root"',
    "mkdir -p usr proc dev etc var",
    "for folder in bin sbin lib lib64; do ln -s usr/$folder $folder; done",
    "ln -s ../run var/run",
    "mount --rbind /usr usr",
    "mount -t tmpfs -o mode=755 none usr/local",
    "mount --rbind /proc proc",
    "mount --rbind /dev dev",
    ...mounts.flatMap(({ from, to, readOnly }) => [
      statSync(from).isDirectory() ? `mkdir -p .${to}` : `mkdir -p .${dirname(to)}; touch .${to}`,
      `mount --bind ${from} .${to}`,
      ...(readOnly ? [`mount -o remount,bind,ro .${to}`] : []),
    ]),
    "mount -o remount,ro,mode=755 .",
    `exec chroot . /usr/bin/env -i "$@"`,
  ].join("\n");
}

export interface Mount {
  readonly from: string;
  readonly to: string;
  readonly readOnly: boolean;
}

/** The words that start a container in the network namespace of whoever runs them. */
export function containerCommand(
  container: Container,
  image: Image,
  folder: string,
  podMounts: readonly Mount[],
  podEnv: Readonly<Record<string, string>>,
): readonly string[] {
  const { command = image.entrypoint, args = [], env = [] } = container;
  const own = Object.fromEntries(env.map(({ name, value = "" }) => [name, value]));
  const variables = Object.entries({ ...image.env, ...podEnv, ...own }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const mounts = Object.entries(image.files).map(([to, from]) => ({ from, to, readOnly: true }));
  return [
    ...["unshare", "--mount", "sh", "-euc", script([...mounts, ...podMounts]), "runtime", folder],
    ...[...variables, "/usr/bin/setpriv", ...restrictions, "--", ...command, ...args],
  ];
}
