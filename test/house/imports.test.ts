import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { root } from "./source-tree.ts";

const run = promisify(execFile);
const depcruise = join(root, "node_modules/.bin/depcruise");

interface Cruise {
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
    readonly totalCruised: number;
    readonly totalDependenciesCruised: number;
  };
}

/** What dependency-cruiser finds in a tree, with the tree's own rules. */
async function cruise(folder: string): Promise<Cruise["summary"]> {
  const args = ["--config", ".dependency-cruiser.cjs", "--output-type", "json", "."];
  const { stdout } = await run(process.execPath, [depcruise, ...args], {
    cwd: folder,
    maxBuffer: 64 << 20,
  });
  return (JSON.parse(stdout) as Cruise).summary; // the tool's own documented output
}

const planted: string[] = [];
afterEach(() => {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true });
});

/** A small tree with the real rules and the given files. */
function plant(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-imports-"));
  planted.push(folder);
  for (const name of [".dependency-cruiser.cjs", "package.json"])
    cpSync(join(root, name), join(folder, name));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const allowed = "export const value: number = 1;\n";

test.each([
  {
    rule: "dns-alone",
    from: "dns/server/a.ts",
    to: "proxy/plan/b.ts",
    text: 'import { value } from "../../proxy/plan/b.ts";\nexport const a = value;\n',
  },
  {
    rule: "dns-alone",
    from: "dns/server/a.ts",
    to: "lab/apiserver/b.ts",
    text: 'import { value } from "#lab/apiserver/b.ts";\nexport const a = value;\n',
  },
  {
    rule: "wire-imports-nothing",
    from: "dns/wire/a.ts",
    to: "observe/b.ts",
    text: 'import type { Logger } from "#observe/b.ts";\nexport type A = Logger;\n',
  },
  {
    rule: "cluster-is-the-base",
    from: "cluster/a.ts",
    to: "dns/b.ts",
    text: 'export { value } from "#dns/b.ts";\n',
  },
  {
    rule: "linux-knows-no-part",
    from: "linux/a.ts",
    to: "cluster/b.ts",
    text: 'export const load = (): Promise<unknown> => import("#cluster/b.ts");\n',
  },
  {
    rule: "inspect-looks-at-parts",
    from: "inspect/doctor/a.ts",
    to: "cli/b.ts",
    text: 'import { value } from "#cli/b.ts";\nexport const a = value;\n',
  },
  {
    rule: "lab-starts-processes",
    from: "lab/apiserver/a.ts",
    to: "cluster/b.ts",
    text: 'import { value } from "#cluster/b.ts";\nexport const a = value;\n',
  },
  {
    rule: "no-test-code-in-product",
    from: "cli/a.ts",
    to: "test/b.ts",
    text: 'import { value } from "#test/b.ts";\nexport const a = value;\n',
  },
  {
    rule: "cni-alone",
    from: "cni/plugin/a.ts",
    to: "dns/b.ts",
    text: 'import { value } from "#dns/b.ts";\nexport const a = value;\n',
  },
  {
    rule: "cni-plugin-starts-small",
    from: "cni/types/a.ts",
    to: "observe/metrics.ts",
    text: 'import { value } from "#observe/metrics.ts";\nexport const a = value;\n',
  },
  {
    rule: "ffi-in-linux-alone",
    from: "dns/server/a.ts",
    to: "node_modules/koffi/index.js",
    text: 'import koffi from "koffi";\nexport const a = koffi.version;\n',
  },
  {
    rule: "no-unresolved",
    from: "dns/server/a.ts",
    to: "./missing.ts",
    text: 'import { value } from "./missing.ts";\nexport const a = value;\n',
  },
])("an import from $from to $to breaks the rule $rule", async ({ rule, from, to, text }) => {
  const isLocal = !to.includes("node_modules") && !to.startsWith(".");
  const { violations } = await cruise(
    plant({ [from]: text, ...(isLocal ? { [to]: allowed } : {}) }),
  );
  expect(violations.map((violation) => [violation.rule.name, violation.from])).toContainEqual([
    rule,
    from,
  ]);
});

test("an import downwards passes", async () => {
  const { violations } = await cruise(
    plant({
      "dns/a.ts": 'import { value } from "#cluster/b.ts";\nexport const a = value;\n',
      "cluster/b.ts": allowed,
    }),
  );
  expect(violations).toEqual([]);
});

test("the repository itself keeps to the rules, and its imports are really read", async () => {
  const summary = await cruise(root);
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)).toEqual(
    [],
  );
  expect(summary.totalDependenciesCruised).toBeGreaterThan(summary.totalCruised / 2);
});
