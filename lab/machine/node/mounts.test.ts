import { expect, test } from "vitest";
import { machineMounts, nodeMounts } from "./mounts.ts";

test("a node's own folders cover the machine's, and what is kept is seen in them", () => {
  const text = nodeMounts({
    hostname: "node1",
    folder: "/run/lab/nodes/node1",
    kept: ["/run/lab", "/srv/fairlead"],
    words: ["/usr/bin/node", "it's.ts"],
  });
  expect(text.split("\n").slice(0, 6)).toEqual([
    "set -eu",
    "mkdir -p /run/lab/nodes/node1/root/run",
    "mkdir -p /run/lab/nodes/node1/root/run/lab",
    "mount --rbind /run/lab /run/lab/nodes/node1/root/run/lab",
    "mount --rbind /run/lab/nodes/node1/root/run /run",
    "mkdir -p /run/lab/nodes/node1/root/etc/cni",
  ]);
  expect(text.split("\n").slice(-4)).toEqual([
    "mount --make-rshared /",
    "echo node1 > /proc/sys/kernel/hostname",
    `exec /usr/bin/node 'it'\\''s.ts'`,
    "",
  ]);
  expect(text).not.toContain("/srv");
});

test("folders that the machine may lack are made in a layer above", () => {
  expect(machineMounts("/tmp/my lab/nodes").split("\n")).toEqual([
    "set -eu",
    "umount --recursive --lazy /run/netns 2>/dev/null || :",
    "mount -t tmpfs -o mode=755 fairlead-lab '/tmp/my lab/nodes'",
    "mkdir -p '/tmp/my lab/nodes/.layers/etc/upper' '/tmp/my lab/nodes/.layers/etc/work'",
    "mount -t overlay -o 'lowerdir=/etc,upperdir=/tmp/my lab/nodes/.layers/etc/upper,workdir=/tmp/my lab/nodes/.layers/etc/work' fairlead-lab /etc",
    "mkdir -p /etc/cni",
    "mkdir -p '/tmp/my lab/nodes/.layers/opt/upper' '/tmp/my lab/nodes/.layers/opt/work'",
    "mount -t overlay -o 'lowerdir=/opt,upperdir=/tmp/my lab/nodes/.layers/opt/upper,workdir=/tmp/my lab/nodes/.layers/opt/work' fairlead-lab /opt",
    "mkdir -p /opt/cni",
    "",
  ]);
});
