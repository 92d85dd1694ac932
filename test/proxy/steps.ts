/** What rows are made of. */
import { setTimeout as sleep } from "node:timers/promises";
import type { AttemptRequest, Outcome } from "#test/topology/contract.ts";
import type {
  Attempt,
  Expectation,
  Manifest,
  ProxyConfig,
  Scene,
  Source,
  Step,
} from "./contract.ts";
import { complaint } from "./judge.ts";
import { addressesOf, nodeSources } from "./world.ts";

/** What is expected to work may take its time on a busy machine; silence has to be waited for. */
const PATIENCE_MS = 5000;
const SILENCE_MS = 700;
const EVENTUALLY_MS = 40_000;

type Details = Partial<Pick<Attempt, "times" | "sourceAddress" | "sourcePort">>;

export const served = (
  by: readonly string[],
  more: { readonly source?: Source; readonly share?: readonly [number, number] } = {},
): Expectation => ({ kind: "served", by, ...more });
export const sticky = (by: readonly string[]): Expectation => ({ kind: "sticky", by });
export const refused: Expectation = { kind: "refused" };
export const silent: Expectation = { kind: "silent" };
export const unserved: Expectation = { kind: "unserved" };
export const leaked: Expectation = { kind: "leaked" };

export const tcp = (from: string, to: string, expected: Expectation, details?: Details): Step =>
  attempts({ from, transport: "tcp", to, ...details }, expected);

export const udp = (from: string, to: string, expected: Expectation, details?: Details): Step =>
  attempts({ from, transport: "udp", to, ...details }, expected);

export const sctp = (from: string, to: string, expected: Expectation, details?: Details): Step =>
  attempts({ from, transport: "sctp", to, ...details }, expected);

function attempts(attempt: Attempt, expected: Expectation): Step {
  return {
    title: titleOf(attempt),
    run: async (scene) => insist(await observe(scene, attempt, expected)),
  };
}

/** The same, tried again until it is so: for what follows a change at a distance. */
export function eventually(step: Step): Step {
  return {
    title: `eventually, ${step.title}`,
    async run(scene) {
      const endMs = performance.now() + EVENTUALLY_MS;
      for (;;) {
        try {
          return await step.run(scene);
        } catch (error) {
          if (performance.now() > endMs) throw error;
        }
        await sleep(50);
      }
    },
  };
}

/** Applies objects and waits until the proxy has programmed them. */
export const apply = (...objects: readonly Manifest[]): Step => ({
  title: `apply ${namesOf(objects)}`,
  async run({ objects: api, proxy, defer }) {
    defer(() => api.remove(...objects));
    await api.apply(...objects);
    if (proxy.isRunning()) await proxy.waitUntilProgrammed();
  },
});

const LANES = 8;

/**
 * Applies many objects, several at a time. They stay until the API server ends with the file: taking them away again
 * would double the time.
 */
export const applyMany = (objects: readonly Manifest[]): Step => ({
  title: `apply ${objects.length} objects`,
  async run({ objects: api, proxy }) {
    const lanes = Array.from({ length: LANES }, (_, lane) =>
      objects.filter((_, index) => index % LANES === lane),
    );
    await Promise.all(lanes.map((lane) => api.apply(...lane)));
    await proxy.waitUntilProgrammed();
  },
});

export const remove = (...objects: readonly Manifest[]): Step => ({
  title: `remove ${namesOf(objects)}`,
  async run({ objects: api, proxy }) {
    await api.remove(...objects);
    await proxy.waitUntilProgrammed();
  },
});

/** Starts the proxy anew with another configuration. */
export const configure = (config: ProxyConfig): Step => ({
  title: `configure ${JSON.stringify(config)}`,
  async run({ proxy }) {
    await proxy.stop();
    await proxy.start(config);
  },
});

export const pause = (ms: number): Step => ({ title: `pause ${ms} ms`, run: () => sleep(ms) });

export const act = (title: string, run: Step["run"]): Step => ({ title, run });

/** A command in a place, and another that undoes it after the row. */
export const command = (place: string, words: string, undo?: string): Step => ({
  title: `${place}: ${words}`,
  async run({ topology, defer }) {
    const split = (text: string): [string, string[]] => {
      const [first = "", ...rest] = text.split(" ");
      return [first, rest];
    };
    await topology.place(place).run(...split(words));
    if (undo !== undefined) defer(() => topology.place(place).run(...split(undo)));
  },
});

/** No rule of the node names the text, in any table. */
export const rulesLack = (place: string, text: string): Step => ({
  title: `no rule names ${text}`,
  async run({ topology }) {
    const rules = await topology.place(place).run("nft", ["list", "ruleset"]);
    const lines = rules.split("\n").filter((line) => line.includes(text));
    if (lines.length > 0) throw new Error(`there is ${lines.join("\n")}`);
  },
});

export function insist(found: string | undefined): void {
  if (found !== undefined) throw new Error(found);
}

/** Makes the attempts; what is wrong with what came of them, undefined when nothing is. */
export async function observe(
  scene: Pick<Scene, "agent">,
  attempt: Attempt,
  expected: Expectation,
): Promise<string | undefined> {
  const outcomes = await outcomesOf(scene, attempt, expected);
  const own = attempt.sourceAddress ?? addressesOf[attempt.from];
  return complaint(expected, outcomes, { client: [own ?? []].flat(), node: nodeSources });
}

export async function outcomesOf(
  scene: Pick<Scene, "agent">,
  attempt: Attempt,
  expected: Expectation,
): Promise<readonly Outcome[]> {
  const agent = await scene.agent(attempt.from);
  const times = attempt.times ?? usualTimes(expected);
  // Each of those takes all of its time, so they wait together.
  const patient = expected.kind === "silent" || expected.kind === "unserved";
  return agent.attempt({
    ...requestOf(attempt, patient ? SILENCE_MS : PATIENCE_MS),
    times,
    parallel: patient ? times : 1,
  });
}

/** Enough that an endpoint which is wrongly left out or wrongly chosen shows. */
function usualTimes(expected: Expectation): number {
  if (expected.kind === "served") return expected.by.length === 1 ? 20 : 20 * expected.by.length;
  return expected.kind === "sticky" ? 15 : 3;
}

export function requestOf(
  { transport, to, sourceAddress, sourcePort }: Attempt,
  timeoutMs: number,
): AttemptRequest {
  const [, six, four, port] = /^(?:\[(.+)\]|(.+)):(\d+)$/.exec(to) ?? [];
  const address = six ?? four;
  if (address === undefined) throw new Error(`${to} is not ADDRESS:PORT`);
  return {
    transport,
    address,
    port: Number(port),
    timeoutMs,
    ...(sourceAddress === undefined ? {} : { sourceAddress }),
    ...(sourcePort === undefined ? {} : { sourcePort }),
  };
}

function titleOf({ from, transport, to, sourceAddress }: Attempt): string {
  const as = sourceAddress === undefined ? "" : ` as ${sourceAddress}`;
  return `${from}${as} -> ${transport} ${to}`;
}

const namesOf = (objects: readonly Manifest[]): string =>
  objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(", ");
