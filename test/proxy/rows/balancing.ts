/** Rows 91 to 94: consistent hashing, weights, slow start. */
import type { Outcome } from "#test/topology/contract.ts";
import type { Manifest, Row, Scene, Step } from "../contract.ts";
import { service, slice } from "../objects.ts";
import { act, apply, eventually, insist, outcomesOf, served, sticky, tcp } from "../steps.ts";
import { flags } from "./flags.ts";

const all = ["A", "B", "R", "S"];
const maglev = { annotations: { "fairlead.dev/balancing": "maglev" } };

/** Addresses of X beside its own. */
const clients = Array.from({ length: 64 }, (_, index) => `198.51.100.${100 + index}`);

const moreClients = act(`X has ${clients.length} more addresses`, async ({ topology, defer }) => {
  const batch = (verb: string): Promise<string> =>
    topology
      .place("X")
      .run(
        "ip",
        ["-batch", "-"],
        clients.map((address) => `addr ${verb} ${address}/24 dev eth0\n`).join(""),
      );
  await batch("add");
  defer(() => batch("del"));
});

/** Who serves each of those addresses, in their order. */
async function serversOf(scene: Scene, to: string): Promise<readonly string[]> {
  const attempt = { from: "X", transport: "tcp", to, times: 1 } as const;
  return Promise.all(
    clients.map(async (sourceAddress) => {
      const [outcome] = await outcomesOf(scene, { ...attempt, sourceAddress }, served(all));
      if (outcome?.kind !== "answer") throw new Error(`${sourceAddress}: ${outcome?.reason}`);
      return outcome.server;
    }),
  );
}

/** The same Service at another of its addresses, or after something has happened, sends each client where it did. */
async function insistSame(
  scene: Scene,
  to: string,
  wanted: readonly string[],
  when: string,
): Promise<void> {
  const found = await serversOf(scene, to);
  const moved = clients.filter((_, index) => found[index] !== wanted[index]);
  insist(moved.length === 0 ? undefined : `${when}: ${moved.length} clients elsewhere at ${to}`);
}

/** How many of so many connections from C each endpoint has. */
async function sharesOf(
  scene: Scene,
  to: string,
  times: number,
): Promise<Readonly<Record<string, number>>> {
  const attempt = { from: "C", transport: "tcp", to, times } as const;
  const outcomes: readonly Outcome[] = await outcomesOf(scene, attempt, served(all));
  const answers = outcomes.filter((outcome) => outcome.kind === "answer");
  insist(answers.length === times ? undefined : `${answers.length} answers to ${times}`);
  const counts = Map.groupBy(answers, ({ server }) => server);
  return Object.fromEntries(all.map((place) => [place, (counts.get(place) ?? []).length / times]));
}

const within = (share: number | undefined, least: number, greatest: number): boolean =>
  share !== undefined && share >= least && share <= greatest;

const share = (to: string, place: string, times: number, bounds: [number, number]): Step =>
  act(`${place} has from ${bounds.join(" to ")} of ${to}`, async (scene) => {
    const shares = await sharesOf(scene, to, times);
    insist(within(shares[place], ...bounds) ? undefined : JSON.stringify(shares));
  });

const ramping = (places: readonly string[]): Manifest => slice("row-94", places);

export const balancingRows: readonly Row[] = [
  {
    number: 91,
    name: "maglev: a client has one endpoint at every frontend, after a start from nothing, and on every node",
    objects: [
      service(
        "row-91",
        { type: "NodePort", clusterIP: "10.96.91.1", ports: [{ port: 80, nodePort: 30_091 }] },
        maglev,
      ),
      slice("row-91", all),
    ],
    steps: [
      tcp("C", "10.96.91.1:80", sticky(all), { times: 100 }),
      moreClients,
      act("64 clients on two nodes, before and after", async (scene) => {
        const { proxy, defer, proxyOn } = scene;
        const first = await serversOf(scene, "10.96.91.1:80");
        const used = new Set(first);
        insist(used.size === all.length ? undefined : `only ${[...used]} serve 64 clients`);
        await insistSame(scene, "192.168.50.2:30091", first, "at the NodePort");
        await proxy.stop();
        await proxy.cleanUp();
        await proxy.start({}, flags);
        await insistSame(scene, "10.96.91.1:80", first, "after a start from an empty table");
        const other = proxyOn("n2");
        defer(async () => {
          await other.stop();
          await other.cleanUp();
        });
        await other.start({}, flags);
        await insistSame(scene, "192.168.50.3:30091", first, "on the other node");
      }),
    ],
  },
  {
    number: 92,
    name: "maglev: an endpoint that goes takes its own clients to others and hardly any else",
    objects: [service("row-92", { clusterIP: "10.96.92.1" }, maglev), slice("row-92", all)],
    steps: [
      moreClients,
      act("S goes and comes back", async (scene) => {
        const first = await serversOf(scene, "10.96.92.1:80");
        await apply(slice("row-92", ["A", "B", "R"])).run(scene);
        const then = await serversOf(scene, "10.96.92.1:80");
        insist(then.includes("S") ? "S still serves" : undefined);
        const moved = first.filter((place, index) => place !== "S" && place !== then[index]);
        // The choice is a function of the addresses: this is a fact about these, no chance.
        insist(moved.length <= 6 ? undefined : `${moved.length} of 64 moved without need`);
        await apply(slice("row-92", all)).run(scene);
        await insistSame(scene, "10.96.92.1:80", first, "with S back");
      }),
    ],
  },
  {
    number: 93,
    name: "weights: three to one, and none at all for 0",
    objects: [
      service(
        "row-93",
        { clusterIP: "10.96.93.1" },
        { annotations: { "fairlead.dev/weights": "address=10.244.0.11:3, node=n2:0" } },
      ),
      slice("row-93", all),
    ],
    steps: [
      act("400 connections", async (scene) => {
        const shares = await sharesOf(scene, "10.96.93.1:80", 400);
        // Nearly five standard deviations.
        const isFair = within(shares.A, 0.65, 0.85) && within(shares.B, 0.15, 0.35);
        insist(isFair && shares.R === 0 && shares.S === 0 ? undefined : JSON.stringify(shares));
      }),
      act("those of weight 0 serve when nobody else is there", async (scene) => {
        await apply(slice("row-93", ["R", "S"])).run(scene);
        await tcp("C", "10.96.93.1:80", served(["R", "S"])).run(scene);
      }),
    ],
  },
  {
    number: 94,
    name: "slow start: a new endpoint has few connections at first, and its share later",
    objects: [
      // First of all the slice, so that A is there from the beginning.
      ramping(["A"]),
      service(
        "row-94",
        { clusterIP: "10.96.94.1" },
        { annotations: { "fairlead.dev/slow-start": "20s" } },
      ),
    ],
    steps: [
      tcp("C", "10.96.94.1:80", served(["A"])),
      apply(ramping(["A", "R"])),
      share("10.96.94.1:80", "R", 200, [0, 0.35]),
      eventually(share("10.96.94.1:80", "R", 200, [0.4, 0.6])),
    ],
  },
];
