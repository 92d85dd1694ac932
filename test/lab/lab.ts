/** A lab as its user sees it, on a machine with a network namespace of its own: runs beside one another do not clash. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Started } from "#test/topology/contract.ts";
import { createPlace, type OwnedPlace } from "#test/topology/place.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;
const subnet = "172.30.0.0/23";

export interface Ended {
  readonly status: number | string;
  readonly output: string;
}

export class TestLab {
  readonly machine: OwnedPlace;
  readonly folder: string;
  readonly #parent: string;

  private constructor(machine: OwnedPlace, parent: string) {
    this.machine = machine;
    this.#parent = parent;
    this.folder = join(parent, "lab");
  }

  static async create(): Promise<TestLab> {
    return new TestLab(
      await createPlace("machine", []),
      mkdtempSync(join(tmpdir(), "fairlead-lab-")),
    );
  }

  /** `fairlead lab WORDS`, started. */
  start(...words: readonly string[]): Started {
    return this.machine.start(fairlead, ["lab", ...words], {
      FAIRLEAD_LAB: this.folder,
      NO_COLOR: "1",
    });
  }

  /** `fairlead lab WORDS` to its end, whatever that is. */
  async lab(...words: readonly string[]): Promise<Ended> {
    const started = this.start(...words);
    const status = await started.ended;
    return { status, output: started.output() };
  }

  /** @throws Error with what was printed, and the logs, when it fails */
  async must(...words: readonly string[]): Promise<string> {
    const { status, output } = await this.lab(...words);
    if (status === 0) return output;
    throw new Error(`fairlead lab ${words.join(" ")}: ${status}\n${output}\n${this.logs()}`);
  }

  up(...flags: readonly string[]): Promise<string> {
    return this.must("up", "--subnet", subnet, ...flags);
  }

  kubectl(...args: readonly string[]): Promise<string> {
    return this.must("kubectl", ...args);
  }

  /** `fairlead lab WORDS` with that input; gives its standard output. @throws Error when it fails */
  withInput(input: string, ...words: readonly string[]): Promise<string> {
    return this.machine.run(
      "env",
      [`FAIRLEAD_LAB=${this.folder}`, fairlead, "lab", ...words],
      input,
    );
  }

  /** Applies objects with kubectl. */
  async apply(...items: readonly object[]): Promise<void> {
    const documents = items.map((item) => JSON.stringify(item)).join("\n");
    await this.withInput(documents, "kubectl", "apply", "-f", "-");
  }

  /** The last words of each process of the lab. */
  logs(): string {
    const logs = join(this.folder, "logs");
    try {
      return readdirSync(logs)
        .map((name) => `--- ${name}\n${readFileSync(join(logs, name), "utf8").slice(-2000)}`)
        .join("\n");
    } catch {
      return "(no logs)";
    }
  }

  /** What there still is of the lab, in words; nothing after `down`. */
  async remains(): Promise<readonly string[]> {
    const links = (await this.machine.run("ip", ["-brief", "link"])).trim().split("\n");
    const routes = (await this.machine.run("ip", ["route"])).trim();
    const rules = (await this.machine.run("nft", ["list", "ruleset"])).trim();
    return [
      ...processesWith(this.folder).map((line) => `process ${line}`),
      ...links.filter((line) => !line.startsWith("lo ")).map((line) => `link ${line}`),
      ...(routes === "" ? [] : [`routes ${routes}`]),
      ...(rules === "" ? [] : [`rules ${rules}`]),
      ...readFileSync("/proc/mounts", "utf8")
        .split("\n")
        .filter((line) => line.includes(this.folder) || line.startsWith("fairlead-lab "))
        .map((line) => `mount ${line}`),
      ...readdirSync(this.#parent).map((name) => `file ${name}`),
    ];
  }

  async close(): Promise<void> {
    await this.lab("down");
    await this.machine.close();
    rmSync(this.#parent, { recursive: true, force: true });
  }
}

/** Process ids and command lines that name the folder. */
export function processesWith(folder: string): readonly string[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ");
      return line.includes(folder) ? [`${name} ${line}`] : [];
    } catch {
      return []; // It has ended meanwhile.
    }
  });
}

/** What a machine needs for a lab. */
export const labNeeds = ["topology", "nftables"] as const;
