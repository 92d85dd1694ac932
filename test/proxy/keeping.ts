/** Steps about connections and flows that last over other steps. */
import type { FlowReport } from "#test/topology/contract.ts";
import type { Attempt, Scene, Step } from "./contract.ts";
import { eventually, requestOf } from "./steps.ts";

const TIMEOUT_MS = 5000;

/** Opens a connection and keeps it under a name. */
export const hold = (name: string, attempt: Omit<Attempt, "times">): Step => ({
  title: `${attempt.from} holds ${attempt.transport} ${attempt.to}`,
  async run(scene) {
    const { from: place } = attempt;
    const agent = await scene.agent(place);
    const held = await agent.hold(requestOf(attempt, TIMEOUT_MS));
    if (held.kind === "failure") throw new Error(`not connected: ${held.reason}`);
    scene.kept.set(name, { place, id: held.id });
    scene.defer(() => agent.release({ id: held.id }));
  },
});

/** The held connection still carries data both ways. */
export const alive = (name: string): Step => ({
  title: `${name} is alive`,
  async run(scene) {
    const { place, id } = keptAs(scene, name);
    const outcome = await (await scene.agent(place)).prove({ id, timeoutMs: TIMEOUT_MS });
    if (outcome.kind === "failure") throw new Error(`it is dead: ${outcome.reason}`);
  },
});

export interface FlowSpec extends Omit<Attempt, "times"> {
  /** A new connection or socket for every question. Default: one for all. */
  readonly fresh?: boolean;
  /** Default 20. */
  readonly everyMs?: number;
  /** How long one question waits. Default: a quarter of a second. */
  readonly timeoutMs?: number;
}

/** Asks again and again from here on, under a name. */
export const startFlow = (name: string, spec: FlowSpec): Step => ({
  title: `${spec.from} begins to ask ${spec.transport} ${spec.to}`,
  async run(scene) {
    const { from: place, fresh = false, everyMs = 20, timeoutMs = 250 } = spec;
    const agent = await scene.agent(place);
    const { id } = await agent.startFlow({
      ...requestOf(spec, timeoutMs),
      reuse: !fresh,
      everyMs,
    });
    scene.kept.set(name, { place, id });
    scene.defer(async () => scene.kept.has(name) && agent.endFlow({ id }));
  },
});

/** Waits until the flow's latest answer is from that server. */
export const reaching = (name: string, server: string): Step =>
  eventually({
    title: `${name} is served by ${server}`,
    async run(scene) {
      const { place, id } = keptAs(scene, name);
      const report = await (await scene.agent(place)).flow({ id });
      if (report.servers.at(-1)?.server !== server) throw new Error(`${JSON.stringify(report)}`);
    },
  });

/** Ends a flow; `judge` says what is wrong with how it went. */
export const endFlow = (name: string, judge: (report: FlowReport) => string | undefined): Step => ({
  title: `how ${name} went`,
  async run(scene) {
    const { place, id } = keptAs(scene, name);
    scene.kept.delete(name);
    const report = await (await scene.agent(place)).endFlow({ id });
    const wrong = judge(report);
    if (wrong !== undefined) throw new Error(`${wrong}: ${JSON.stringify(report)}`);
  },
});

/** Every question was answered, and by one server. */
export function unmoved({ asked, answered, servers }: FlowReport): string | undefined {
  if (answered === 0 || answered < asked) return "a question had no answer";
  return servers.length === 1 ? undefined : "it was moved to another server";
}

/** Every question was answered, by whomever. */
export function unbroken({ asked, answered }: FlowReport): string | undefined {
  return answered > 0 && answered === asked ? undefined : "a question had no answer";
}

function keptAs({ kept }: Scene, name: string): { readonly place: string; readonly id: number } {
  const found = kept.get(name);
  if (found === undefined) throw new Error(`nothing is kept as ${name}`);
  return found;
}
