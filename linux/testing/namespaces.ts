import { execFileSync } from "node:child_process";
import { createNamespace, deleteNamespace } from "../namespace/named.ts";

/** A namespace of a test's own, with the tools of the field run in it. */
export interface TestNamespace {
  readonly name: string;
  readonly path: string;
  /** What the command prints; it runs in the namespace. */
  run(command: string, ...args: readonly string[]): string;
  /** What `ip -json`, `bridge -json` or `tc -json` prints, parsed. */
  json(command: "ip" | "bridge" | "tc", ...args: readonly string[]): Record<string, unknown>[];
  delete(): void;
}

let count = 0;

/** Its loopback is up. */
export function testNamespace(): TestNamespace {
  count += 1;
  const name = `fl-test-${process.pid}-${count}`;
  const path = createNamespace(name);
  const run = (command: string, ...args: readonly string[]): string =>
    execFileSync("ip", ["netns", "exec", name, command, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  run("ip", "link", "set", "lo", "up");
  return {
    name,
    path,
    run,
    json: (command, ...args) => JSON.parse(run(command, "-d", "-json", ...args) || "[]"),
    delete: () => deleteNamespace(name),
  };
}
