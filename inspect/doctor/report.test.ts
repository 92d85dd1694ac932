import { expect, test } from "vitest";
import type { Finding, Report } from "./contract.ts";
import { coloured, isWell, reportText } from "./report.ts";

const finding: Finding = {
  name: "lease-empty",
  object: "/ipam/net/10.1.2.3",
  owner: undefined,
  pod: undefined,
  why: "10.1.2.3 is taken by a file that names nobody",
  remedy: "remove the file",
  fix: { kind: "free-empty-lease", dataDir: "/ipam", network: "net", address: "10.1.2.3" },
};
const counted = {
  leases: 1,
  links: 2,
  rules: 1,
  cacheEntries: undefined,
  namespaces: 3,
  pendingDels: 0,
};
const report = (...findings: Report["findings"]): Report => ({ bootId: "b", counted, findings });
const head =
  "(1 lease, 2 links, rules of 1 container, 3 namespaces, no runtime cache, 0 pending DELs)\n";

test("nothing found", () => {
  expect(reportText(report())).toBe(`nothing found ${head}`);
  expect(isWell(report())).toBe(true);
});

test("found, mended and left", () => {
  expect(reportText(report(finding))).toBe(
    `1 found ${head}\nlease-empty /ipam/net/10.1.2.3\n  10.1.2.3 is taken by a file that names nobody\n  mend: remove the file (-fix does it)\n`,
  );
  const left = { ...finding, outcome: { kind: "left", why: "EROFS" } } as const;
  const mended = { ...finding, pod: "shop/cart", outcome: { kind: "mended" } } as const;
  const text = reportText(report(left, mended));
  expect(text).toContain(`2 found, 1 mended ${head}`);
  expect(text).toContain("\n  left: EROFS; remove the file\n");
  expect(text).toContain("names nobody (pod shop/cart)\n  mended\n");
  expect([isWell(report(left, mended)), isWell(report(mended))]).toEqual([false, true]);
});

test("on a terminal names and outcomes have colours, sentences none", () => {
  const painted = coloured(reportText(report({ ...finding, outcome: { kind: "mended" } })));
  expect(painted).toContain("\u001b[1m\u001b[31mlease-empty\u001b[39m\u001b[22m /ipam");
  expect(painted).toContain("\u001b[32m  mended\u001b[39m\n");
  expect(painted.split("\u001b")).toHaveLength(7);
});
