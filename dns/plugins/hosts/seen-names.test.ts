import { expect, test } from "vitest";
import { HostsTable } from "./hosts-table.ts";
import { seenNames } from "./seen-names.ts";

const COMPILED = ["cluster.local.", "in-addr.arpa."];
const REVERSE = ["in-addr.arpa.", "ip6.arpa."];
const many = Array.from({ length: 65 }, (_, i) => `10.0.0.1 n${i}.cluster.local`).join("\n");
const within = { zones: ["."], fallthrough: ["."], reverse: true };
const inCluster = { zones: ["cluster.local."], fallthrough: ["."], reverse: false };

test.each([
  ["no fallthrough: the zones", { zones: ["."], reverse: true }, "", [".", ...REVERSE]],
  [
    "fallthrough for a part",
    { ...within, fallthrough: ["a.test."] },
    "10.0.0.1 x.test",
    [".", ...REVERSE],
  ],
  ["no reverse", { ...within, reverse: false }, "10.0.0.1 node-1", []],
  ["names elsewhere", within, "10.0.0.1 node-1 a.example.org", REVERSE],
  [
    "names of a compiled zone",
    within,
    "10.0.0.1 a.svc.cluster.local\n::1 a.svc.cluster.local",
    ["a.svc.cluster.local.", ...REVERSE],
  ],
  ["its apex", inCluster, "10.0.0.1 cluster.local", ["cluster.local."]],
  ["a name above it", within, "10.0.0.1 local", REVERSE],
  ["a wildcard that is its apex", within, "10.0.0.1 *.local", ["local.", ...REVERSE]],
  ["a wildcard within it", within, "10.0.0.1 *.a.cluster.local", ["a.cluster.local.", ...REVERSE]],
  ["a wildcard far above it", within, "10.0.0.1 *", REVERSE],
  ["too many names to tell apart", inCluster, many, ["cluster.local."]],
])("%s", (_, options, text, expected) => {
  const table = new HostsTable(text, { zones: ["."], reverse: true });
  expect(seenNames(options, [table], COMPILED)).toEqual(expected);
});
