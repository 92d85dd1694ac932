/**
 * How to know that a proxy has got so far, whatever proxy it is: a Service that is changed after everything else. Both
 * of its objects are changed, because Services and slices come over two watches. Once a client sees the change, all
 * that was written before it has been heard by the proxy, which programs what it has heard together or in order.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Topology } from "#test/topology/contract.ts";
import type { Manifest, ObjectWriter } from "./contract.ts";
import { service, slice } from "./objects.ts";
import { GATEWAY, sentinelPorts } from "./world.ts";

const addresses = { 4: "10.96.255.1", 6: "fd00:10:96::ff01" } as const;
/** Tells its elements in the kernel from those of others. */
export const sentinelAddress = /10\.96\.255\.1|fd00:10:96::ff01/;
const families = [4, 6] as const;
const name = "sentinel";
const LIMIT_MS = 45_000;

export class Sentinel {
  readonly #topology: Topology;
  readonly #objects: ObjectWriter;
  #round = 0;

  constructor(topology: Topology, objects: ObjectWriter) {
    this.#topology = topology;
    this.#objects = objects;
  }

  /** @throws Error when the node's proxy has not got there within 45 s */
  async passed(node: string): Promise<void> {
    const round = ++this.#round;
    const port = 20_000 + (round % 5000);
    const target = sentinelPorts[round % 2] ?? sentinelPorts[0];
    await this.#objects.apply(...objectsOf(port, target));
    const agent = await this.#topology.place(node).agent();
    const endMs = performance.now() + LIMIT_MS;
    for (const family of families) {
      const asked = { transport: "tcp", address: addresses[family], port, timeoutMs: 300 } as const;
      for (;;) {
        const [outcome] = await agent.attempt(asked);
        if (outcome?.kind === "answer" && outcome.serverPort === target) break;
        if (performance.now() > endMs)
          throw new Error(
            `not programmed within ${LIMIT_MS} ms: IPv${family}, ${JSON.stringify(outcome)}`,
          );
        await sleep(5);
      }
    }
  }
}

function objectsOf(port: number, target: number): readonly Manifest[] {
  return [
    ...families.map((family) =>
      slice(name, [GATEWAY], { ports: [{ port: target }], family, suffix: `${family}` }),
    ),
    service(name, {
      clusterIP: addresses[4],
      clusterIPs: families.map((family) => addresses[family]),
      ipFamilyPolicy: "RequireDualStack",
      ipFamilies: ["IPv4", "IPv6"],
      ports: [{ port }],
    }),
  ];
}
