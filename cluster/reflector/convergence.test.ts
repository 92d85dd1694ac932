import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApiClient } from "../api/client.ts";
import { createClusterState } from "../state/state.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { ModelServer, type RequestFault } from "../testing/model-server.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { createApiServerSource } from "./source.ts";

type Step = readonly [description: string, act: (server: ModelServer) => void];

const names = fc.constantFrom("a", "b", "c", "d", "e");
const addresses = fc.integer({ min: 1, max: 9 }).map((octet) => `10.0.0.${octet}`);
const faults = fc.constantFrom<RequestFault>("unreachable", "internal", "busy", "expired", "cut");
const words = fc.constantFrom("bookmark", "error", "again", "rubbish");

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(names, addresses)
      .map(([name, ip]): Step => [`put ${name} ${ip}`, (it) => it.put(name, ip)]),
  },
  { weight: 3, arbitrary: names.map((name): Step => [`remove ${name}`, (it) => it.remove(name)]) },
  {
    weight: 2,
    arbitrary: faults.map((fault): Step => [`next request ${fault}`, (it) => it.failNext(fault)]),
  },
  { weight: 2, arbitrary: words.map((word): Step => [`say ${word}`, (it) => it.say(word)]) },
  fc
    .tuple(names, addresses)
    .map(([name, ip]): Step => [`put ${name} ${ip} unheard`, (it) => it.putUnheard(name, ip)]),
  fc.constant<Step>(["cut", (it) => it.cut()]),
  fc.constant<Step>(["compact", (it) => it.compact()]),
  fc.constant<Step>(["restore backup", (it) => it.restoreBackup()]),
);

/** A step and how many turns of the event loop pass before the next one; often none, so that steps fall together. */
const history = fc.array(fc.tuple(step, fc.constantFrom(0, 0, 0, 1, 4, 12)), { maxLength: 40 });

/** A linear congruential generator: enough to vary waits and time-outs. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}

describe("after any history of changes and faults", () => {
  it("the state is the server's, and the change sets add up to it", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), fc.boolean(), async (steps, seed, streamsLists) => {
        const server = new ModelServer({ streamsLists });
        const state = createClusterState();
        const told = new Map<string, string>();
        state.onChange(({ changes: { Service: changes } }) => {
          for (const { name, clusterIPs } of changes?.added ?? []) {
            expect(told.has(name)).toBe(false);
            told.set(name, clusterIPs.join());
          }
          for (const { before, after } of changes?.updated ?? []) {
            expect(told.get(before.name)).toBe(before.clusterIPs.join());
            told.set(after.name, after.clusterIPs.join());
          }
          for (const { name } of changes?.removed ?? []) expect(told.delete(name)).toBe(true);
        });
        const stop = new AbortController();
        const source = createApiServerSource({
          client: new ApiClient({ transport: server }),
          selections: [{ kind: "Service" }],
          logger: new RecordingLogger(),
          clock: new FakeClock(),
          random: randomFrom(seed),
          timing: { auditIntervalMs: 10_000 },
        });
        const running = source.run(state, stop.signal);

        for (const [[, act], pause] of steps) {
          act(server);
          await turns(pause);
        }
        const held = () =>
          [...state.services.values()].map((it) => `${it.name}@${it.resourceVersion}`).sort();
        for (let round = 0; round < 400; round++) {
          if (held().join() === server.services.join() && state.hasSynced()) break;
          server.say("bookmark");
          // Watches end after their time, and the reflector then looks where the server is.
          if (round % 20 === 19) server.cut();
          await turns(5);
        }

        expect(held()).toEqual(server.services);
        const services = [...state.services.values()];
        expect([...told].sort()).toEqual(
          services.map((it) => [it.name, it.clusterIPs.join()]).sort(),
        );
        expect(state.hasSynced()).toBe(true);
        stop.abort();
        await running;
      }),
      { numRuns: 300 },
    );
  });
});
