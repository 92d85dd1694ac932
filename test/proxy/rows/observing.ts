/** Rows 95 to 97: refusals as Events on their Service, counters of connections. */
import type { Row, Step } from "../contract.ts";
import { counts, moves } from "../metrics.ts";
import { ingress, service, slice } from "../objects.ts";
import { act, eventually, insist, observe, refused, served, silent, tcp } from "../steps.ts";

const SINCE = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d UTC`;

/** Asks from several places at once, so that one report has all of them. */
const together = (from: readonly string[], to: string): Step =>
  act(`${from.join(" and ")} ask ${to} and are refused`, async (scene) => {
    await Promise.all(from.map((place) => scene.agent(place)));
    const found = await Promise.all(
      from.map((place) => observe(scene, { from: place, transport: "tcp", to }, refused)),
    );
    insist(found.find((wrong) => wrong !== undefined));
  });

const eventSays = (name: string, reason: string, pattern: string): Step =>
  eventually(
    act(`an Event ${reason} on ${name}`, async ({ objects }) => {
      const list = (await objects.read("/api/v1/namespaces/default/events")) as {
        // What the API server answers with; a field that is missing fails the match.
        readonly items: readonly {
          readonly involvedObject: { readonly kind: string; readonly name: string };
          readonly reason: string;
          readonly type: string;
          readonly message: string;
        }[];
      };
      const own = list.items.filter(({ involvedObject: { kind, name: about } }) => {
        return kind === "Service" && about === name;
      });
      const isSaid = own.some(
        (event) =>
          event.type === "Warning" &&
          event.reason === reason &&
          new RegExp(`^${pattern}$`).test(event.message),
      );
      insist(isSaid ? undefined : `no such Event among ${JSON.stringify(own)}`);
    }),
  );

const samples = (reason: string, step: Step): Step =>
  moves("fairlead_proxy_refusal_samples_total", [`reason="${reason}"`, 'attributed="true"'], step);

const connections = (name: string, expected: number): Step =>
  counts(
    expected,
    "fairlead_proxy_service_connections_total",
    `service="${name}"`,
    'ip_family="IPv4"',
  );

export const observingRows: readonly Row[] = [
  {
    number: 95,
    name: "who is refused, why and since when is an Event on the Service",
    objects: [
      service("row-95-none", { clusterIP: "10.96.95.1" }),
      service("row-95-local", { clusterIP: "10.96.95.2", internalTrafficPolicy: "Local" }),
      slice("row-95-local", ["R"]),
      service(
        "row-95-ranges",
        {
          type: "LoadBalancer",
          clusterIP: "10.96.95.3",
          loadBalancerSourceRanges: ["10.0.0.0/8"],
        },
        ingress("203.0.113.95"),
      ),
      slice("row-95-ranges", ["A"]),
    ],
    steps: [
      samples("refuse", together(["C", "B"], "10.96.95.1:80")),
      eventSays(
        "row-95-none",
        "ConnectionsRefused",
        String.raw`2 clients refused on node n1 in \d+ s \(10\.244\.0\.1[02], 10\.244\.0\.1[02]\): port 80/TCP has had no ready endpoints since ${SINCE}`,
      ),
      samples("drop", tcp("C", "10.96.95.2:80", silent)),
      eventSays(
        "row-95-local",
        "ConnectionsDropped",
        String.raw`1 client dropped on node n1 in \d+ s \(10\.244\.0\.10\): port 80/TCP has internalTrafficPolicy Local and no ready endpoint on this node since ${SINCE}`,
      ),
      samples("drop", tcp("X", "203.0.113.95:80", silent, { sourceAddress: "198.51.100.20" })),
      eventSays(
        "row-95-ranges",
        "ConnectionsDropped",
        String.raw`1 client dropped on node n1 in \d+ s \(198\.51\.100\.20\): port 80/TCP admits only its loadBalancerSourceRanges, seen since ${SINCE}`,
      ),
    ],
  },
  {
    number: 96,
    name: "connections to a Service are counted, each once, whatever frontend they came by",
    objects: [
      service("row-96", {
        type: "NodePort",
        clusterIP: "10.96.96.1",
        ports: [{ port: 80, nodePort: 30_096 }],
      }),
      slice("row-96", ["A", "R"]),
    ],
    steps: [
      connections("row-96", 0),
      tcp("C", "10.96.96.1:80", served(["A", "R"]), { times: 41 }),
      connections("row-96", 41),
      tcp("X", "192.168.50.2:30096", served(["A", "R"]), { times: 32 }),
      connections("row-96", 73),
    ],
  },
  {
    number: 97,
    name: "connections to each endpoint are counted in the kernel where that is asked for",
    objects: [service("row-97", { clusterIP: "10.96.97.1" }), slice("row-97", ["A", "R"])],
    steps: [
      tcp("C", "10.96.97.1:80", served(["A", "R"]), { times: 50 }),
      act("the endpoints' counters add up to 50", async ({ topology }) => {
        const map = await topology
          .place("n1")
          .run("nft", ["list", "map", "ip", "fairlead", "endpoints"]);
        const packets = [
          ...map.matchAll(/10\.96\.97\.1 \. tcp[^,]*? counter packets (\d+) [^,]*/g),
        ].map(([, count]) => Number(count));
        const isRight = packets.length === 2 && packets.every((count) => count > 0);
        const sum = packets.reduce((total, count) => total + count, 0);
        insist(isRight && sum === 50 ? undefined : `counters ${packets} in ${map}`);
      }),
    ],
  },
];
