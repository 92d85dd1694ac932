/** Rows 80 to 82, 85 and 87 to 90: the proxy as a process, and what must not disturb it. */

import { node, taint } from "../cluster.ts";
import type { Row } from "../contract.ts";
import { page } from "../http.ts";
import { alive, endFlow, hold, startFlow, unbroken, unmoved } from "../keeping.ts";
import { ingress, service, slice } from "../objects.ts";
import { act, apply, eventually, insist, pause, served, sticky, tcp } from "../steps.ts";

const healthz = "http://192.168.50.2:10256/healthz";
const livez = "http://192.168.50.2:10256/livez";
const udpPort = { port: 80, protocol: "UDP" } as const;

const restart = act("the proxy ends and starts again", async ({ proxy }) => {
  await proxy.stop();
  await proxy.start();
});

/** A table, a chain and a rule that are another's. */
const foreign = `table ip foreign {
	chain prerouting {
		type filter hook prerouting priority filter; policy accept;
		ip saddr 192.0.2.1 counter packets 0 bytes 0 drop
	}
}
`;

export const processRows: readonly Row[] = [
  {
    number: 80,
    name: "a restart without any change disturbs nothing",
    objects: [
      service("row-80", { clusterIP: "10.96.80.1" }),
      slice("row-80", ["A", "R"]),
      service("row-80-u", { clusterIP: "10.96.80.2", ports: [udpPort] }),
      slice("row-80-u", ["A", "R"], { ports: [{ port: 8080, protocol: "UDP" }] }),
      service("row-80-s", { clusterIP: "10.96.80.3", sessionAffinity: "ClientIP" }),
      slice("row-80-s", ["A", "B", "R", "S"]),
    ],
    steps: [
      hold("connection", { from: "C", transport: "tcp", to: "10.96.80.1:80" }),
      startFlow("datagrams", {
        from: "C",
        transport: "udp",
        to: "10.96.80.2:80",
        sourcePort: 40_081,
        timeoutMs: 5000,
      }),
      startFlow("new connections", {
        from: "X",
        transport: "tcp",
        to: "10.96.80.1:80",
        fresh: true,
        timeoutMs: 5000,
      }),
      startFlow("affine connections", {
        from: "C",
        transport: "tcp",
        to: "10.96.80.3:80",
        fresh: true,
        timeoutMs: 5000,
      }),
      pause(200),
      restart,
      pause(500),
      alive("connection"),
      endFlow("datagrams", unmoved),
      endFlow("new connections", unbroken),
      endFlow("affine connections", unmoved),
    ],
  },
  {
    number: 81,
    name: "when the proxy is killed its rules go on",
    objects: [service("row-81", { clusterIP: "10.96.81.1" }), slice("row-81", ["A", "R"])],
    steps: [
      act("the proxy is killed", ({ proxy }) => proxy.kill()),
      tcp("C", "10.96.81.1:80", served(["A", "R"])),
      act("and started again", ({ proxy }) => proxy.start()),
      tcp("C", "10.96.81.1:80", served(["A", "R"])),
    ],
  },
  {
    number: 82,
    name: "when the API server is away the rules stay, and the proxy is healthy",
    objects: [service("row-82", { clusterIP: "10.96.82.1" }), slice("row-82", ["A", "R"])],
    steps: [
      act("the API server stands still", async ({ api, defer }) => {
        defer(async () => api.kill("SIGCONT"));
        api.kill("SIGSTOP");
      }),
      pause(2000),
      tcp("C", "10.96.82.1:80", served(["A", "R"])),
      page("n1", healthz, 200),
      act("the API server goes on", async ({ api }) => api.kill("SIGCONT")),
      apply(slice("row-82", ["S"])),
      tcp("C", "10.96.82.1:80", served(["S"])),
    ],
  },
  {
    number: 85,
    name: "a segment out of the window does not end a translated connection",
    objects: [service("row-85", { clusterIP: "10.96.85.1" }), slice("row-85", ["R"])],
    steps: [
      hold("connection", { from: "C", transport: "tcp", to: "10.96.85.1:80", sourcePort: 40_085 }),
      act("the endpoint answers a segment of it from out of the window", async (scene) => {
        const connection = { port: 8080, peer: "10.244.0.10", peerPort: 40_085, timeoutMs: 5000 };
        let isOver = false;
        const answering = (await scene.agent("R")).answerAstray(connection).finally(() => {
          isOver = true;
        });
        answering.catch(() => {}); // It is awaited below.
        // Whether R listens already when a segment comes is for the two processes to settle: one of many will do.
        while (!isOver) await alive("connection").run(scene);
        await answering;
      }),
      pause(300),
      alive("connection"),
    ],
  },
  {
    number: 87,
    name: "endpoints on loopback, link-local and multicast addresses are passed over, and it is said",
    objects: [
      service("row-87", { clusterIP: "10.96.87.1" }),
      slice("row-87", [
        "A",
        ...["127.0.0.1", "169.254.1.1", "224.0.0.1"].map((address) => ({ place: "B", address })),
      ]),
    ],
    steps: [
      tcp("C", "10.96.87.1:80", served(["A"]), { times: 40 }),
      eventually(
        act("the log names them", async ({ proxy }) => {
          for (const address of ["127.0.0.1", "169.254.1.1", "224.0.0.1"]) {
            const isNamed = proxy.output().includes(address);
            insist(isNamed ? undefined : `${address} is not in the log:\n${proxy.output()}`);
          }
        }),
      ),
    ],
  },
  {
    number: 88,
    name: "of two Services at one external address the older has it, and the conflict is told",
    objects: [
      service("row-88-z", { clusterIP: "10.96.88.1", externalIPs: ["203.0.113.88"] }),
      slice("row-88-z", ["A"]),
    ],
    steps: [
      // Ages are told apart by seconds.
      pause(1100),
      apply(
        service("row-88-a", { clusterIP: "10.96.88.2", externalIPs: ["203.0.113.88"] }),
        slice("row-88-a", ["R"]),
      ),
      tcp("C", "203.0.113.88:80", served(["A"])),
      tcp("C", "10.96.88.2:80", served(["R"])),
      eventually(
        act("the log names the younger", async ({ proxy }) => {
          const line = proxy
            .output()
            .split("\n")
            .find((text) => text.includes("203.0.113.88"));
          const isTold = line?.includes("row-88-a") === true;
          insist(isTold ? undefined : `no line of the log names row-88-a:\n${proxy.output()}`);
        }),
      ),
      act("the older is deleted", async ({ objects, proxy }) => {
        await objects.remove(service("row-88-z", {}), slice("row-88-z", []));
        await proxy.waitUntilProgrammed();
      }),
      tcp("C", "203.0.113.88:80", served(["R"])),
    ],
  },
  {
    number: 89,
    name: "a node that is about to be deleted fails /healthz and not /livez",
    objects: [],
    steps: [
      page("X", healthz, 200),
      act("the node is tainted", async ({ objects, defer }) => {
        defer(() => objects.apply(node("n1")));
        await objects.apply(taint(node("n1"), "ToBeDeletedByClusterAutoscaler"));
      }),
      eventually(page("X", healthz, 503)),
      page("X", livez, 200),
      act("the taint goes", ({ objects }) => objects.apply(node("n1"))),
      eventually(page("X", healthz, 200)),
    ],
  },
  {
    number: 90,
    name: "--cleanup removes what is its own and nothing else",
    objects: [
      service(
        "row-90",
        {
          type: "LoadBalancer",
          clusterIP: "10.96.90.1",
          sessionAffinity: "ClientIP",
          loadBalancerSourceRanges: ["10.0.0.0/8"],
        },
        ingress("203.0.113.90"),
      ),
      slice("row-90", ["A", "R"]),
    ],
    steps: [
      tcp("C", "203.0.113.90:80", sticky(["A", "R"])),
      act("only another's table is left", async ({ topology, proxy, defer }) => {
        const place = topology.place("n1");
        await place.run("nft", ["-f", "-"], foreign);
        defer(() => place.run("nft", ["delete", "table", "ip", "foreign"]));
        await proxy.stop();
        await proxy.cleanUp();
        const rules = await place.run("nft", ["list", "ruleset"]);
        insist(rules === foreign ? undefined : `left over:\n${rules}`);
        await proxy.start();
      }),
      tcp("C", "203.0.113.90:80", sticky(["A", "R"])),
    ],
  },
];
