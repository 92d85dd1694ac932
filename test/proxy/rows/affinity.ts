/** Rows 59 to 65: ClientIP affinity. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Attempt, Row, Scene } from "../contract.ts";
import { service, slice } from "../objects.ts";
import { act, apply, insist, outcomesOf, served, sticky, tcp, udp } from "../steps.ts";

const all = ["A", "B", "R", "S"];

const affine = (number: number, timeoutSeconds = 10_800, more = {}) =>
  service(`row-${number}`, {
    clusterIP: `10.96.${number}.1`,
    sessionAffinity: "ClientIP",
    sessionAffinityConfig: { clientIP: { timeoutSeconds } },
    ...more,
  });

/** Who serves one attempt. */
async function serverOf(scene: Scene, attempt: Omit<Attempt, "transport">): Promise<string> {
  const once = { transport: "tcp", times: 1, ...attempt } as const;
  const [outcome] = await outcomesOf(scene, once, served(all));
  if (outcome?.kind !== "answer") throw new Error(`not served: ${outcome?.reason}`);
  return outcome.server;
}

/** Four clients with addresses of their own, at row 60's Service. */
const clients = [
  { from: "C" },
  { from: "n1" },
  { from: "X", sourceAddress: "198.51.100.10" },
  { from: "X", sourceAddress: "198.51.100.20" },
].map((client) => ({ ...client, to: "10.96.60.1:80" }));

const serversOf = (scene: Scene): Promise<string[]> =>
  Promise.all(clients.map((client) => serverOf(scene, client)));

export const affinityRows: readonly Row[] = [
  {
    number: 59,
    name: "a client has one endpoint",
    objects: [affine(59), slice("row-59", all)],
    steps: [tcp("C", "10.96.59.1:80", sticky(all)), tcp("n1", "10.96.59.1:80", sticky(all))],
  },
  {
    number: 60,
    name: "the time starts anew with each connection, and once it has passed the choice is free",
    objects: [affine(60, 3), slice("row-60", all)],
    steps: [
      act("kept for twice its time by a connection each second", async (scene) => {
        let first = await serversOf(scene);
        let sinceMs = performance.now();
        let lastMs = sinceMs;
        for (let round = 0; round < 30 && lastMs - sinceMs < 6000; round++) {
          await sleep(1000);
          const beforeMs = performance.now();
          const now = await serversOf(scene);
          // A machine that stands still leaves a client alone for longer than its time: that begins anew.
          if (performance.now() - lastMs < 2900)
            insist(now.join() === first.join() ? undefined : `${first} became ${now}`);
          else [first, sinceMs] = [now, beforeMs];
          lastMs = beforeMs;
        }
        insist(lastMs - sinceMs < 6000 ? "the machine is too slow for affinity of 3 s" : undefined);
      }),
      act("free again when it was left alone for longer", async (scene) => {
        const first = await serversOf(scene);
        // All four staying where they are in each of four rounds is a matter of 1 in 4 to the 16th.
        for (let round = 0; round < 4; round++) {
          await sleep(3600);
          if ((await serversOf(scene)).join() !== first.join()) return;
        }
        throw new Error(`four clients stayed with ${first}`);
      }),
    ],
  },
  {
    number: 61,
    name: "a client whose endpoint goes has another at once, and keeps it",
    objects: [affine(61), slice("row-61", all)],
    steps: [
      act("the endpoint of the client goes", async (scene) => {
        const to = { from: "C", to: "10.96.61.1:80" };
        const pinned = await serverOf(scene, to);
        const others = all.filter((place) => place !== pinned);
        await apply(slice("row-61", others)).run(scene);
        await tcp("C", to.to, sticky(others)).run(scene);
      }),
    ],
  },
  {
    number: 62,
    name: "affinity is switched off and on while it runs",
    objects: [affine(62), slice("row-62", all)],
    steps: [
      tcp("C", "10.96.62.1:80", sticky(all)),
      apply(service("row-62", { clusterIP: "10.96.62.1", sessionAffinity: "None" })),
      tcp("C", "10.96.62.1:80", served(all)),
      apply(affine(62)),
      tcp("C", "10.96.62.1:80", sticky(all)),
    ],
  },
  {
    number: 63,
    name: "each port of a Service has a choice of its own",
    objects: [
      affine(63, 10_800, {
        ports: [
          { name: "a", port: 80 },
          { name: "b", port: 81 },
        ],
      }),
      slice("row-63", all, { ports: [{ name: "a", port: 8080 }], suffix: "a" }),
      slice("row-63", ["A", "R"], { ports: [{ name: "b", port: 8081 }], suffix: "b" }),
    ],
    steps: [
      tcp("C", "10.96.63.1:80", sticky(all)),
      tcp("C", "10.96.63.1:81", sticky(["A:8081", "R:8081"])),
      tcp("C", "10.96.63.1:80", sticky(["A:8080", "B:8080", "R:8080", "S:8080"])),
    ],
  },
  {
    number: 64,
    name: "clients of the NodePort have an endpoint each",
    objects: [
      affine(64, 10_800, { type: "NodePort", ports: [{ port: 80, nodePort: 30_064 }] }),
      slice("row-64", all),
    ],
    steps: [
      tcp("X", "192.168.50.2:30064", sticky(all), { sourceAddress: "198.51.100.10" }),
      tcp("X", "192.168.50.2:30064", sticky(all), { sourceAddress: "198.51.100.20" }),
    ],
  },
  {
    number: 65,
    name: "a client has one endpoint over UDP too, whatever port it asks from",
    objects: [
      affine(65, 10_800, { ports: [{ port: 80, protocol: "UDP" }] }),
      slice("row-65", all, { ports: [{ port: 8080, protocol: "UDP" }] }),
    ],
    steps: [udp("C", "10.96.65.1:80", sticky(all))],
  },
];
