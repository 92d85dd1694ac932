/** Rows 98 to 100, 104 and 105: hands of others in the tables, bad input, a restart among many Services, lost slots. */
import type { Place, Started } from "#test/topology/contract.ts";
import type { Manifest, Row, Scene, Step } from "../contract.ts";
import { alive, endFlow, hold, startFlow, unmoved } from "../keeping.ts";
import { metric, moves } from "../metrics.ts";
import { ingress, service, slice } from "../objects.ts";
import {
  act,
  applyMany,
  eventually,
  insist,
  outcomesOf,
  refused,
  served,
  sticky,
  tcp,
} from "../steps.ts";
import { flags } from "./flags.ts";

const MENDED = "fairlead_proxy_audit_repaired_elements_total";
const WARNINGS = "fairlead_proxy_warnings_total";
const FAILURES = "kubeproxy_sync_proxy_rules_nftables_sync_failures_total";

const nft = ({ topology }: Scene, ...words: string[]): Promise<string> =>
  topology.place("n1").run("nft", words);

/** Something is done to the tables behind the proxy's back; it is mended, counted and told. */
function mended(title: string, harm: (scene: Scene) => Promise<unknown>, whole: Step): Step[] {
  return [
    moves(MENDED, ['ip_family="IPv4"'], {
      title,
      async run(scene) {
        await harm(scene);
        await eventually(whole).run(scene);
      },
    }),
    eventually(
      act("the log tells of it", async ({ proxy }) => {
        const isTold = proxy.output().includes("the kernel's rules had been changed; mended");
        insist(isTold ? undefined : proxy.output());
      }),
    ),
  ];
}

async function deleteFirstRule(scene: Scene, chain: string): Promise<void> {
  const text = await nft(scene, "-a", "list", "chain", "ip", "fairlead", chain);
  const [, handle] = /^\t\t.* # handle (\d+)$/m.exec(text) ?? [];
  if (handle === undefined) throw new Error(`no rule in ${text}`);
  await nft(scene, "delete", "rule", "ip", "fairlead", chain, "handle", handle);
}

async function loseSlot(scene: Scene, clusterIP: string, slot: number): Promise<void> {
  const key = `${clusterIP} . tcp . 80 . f000:${slot}`;
  await nft(scene, "delete", "element", "ip", "fairlead", "endpoints", `{ ${key} }`);
}

/** One line of the log each, and the metric; the Service answers all the same. */
const warned = (reason: string, pattern: RegExp): Step =>
  eventually(
    act(`one line and the metric tell ${reason}`, async (scene) => {
      const lines = scene.proxy
        .output()
        .split("\n")
        .filter((line) => pattern.test(line));
      insist(lines.length === 1 ? undefined : `${lines.length} lines: ${scene.proxy.output()}`);
      const count = await metric(scene, WARNINGS, `reason="${reason}"`);
      insist(count > 0 ? undefined : `${WARNINGS} of ${reason} is ${count}`);
    }),
  );

const noFailures = act("no transaction has failed", async (scene) => {
  const failures = await metric(scene, FAILURES);
  const refusals = await metric(scene, "fairlead_proxy_transactions_total", 'result="refused"');
  insist(failures + refusals === 0 ? undefined : `${failures} failed, ${refusals} were refused`);
});

/** Among the rows' objects, at 10.96.110.1 and after. */
const many: readonly Manifest[] = Array.from({ length: 2000 }, (_, index) => {
  const clusterIP = `10.96.${110 + Math.floor(index / 250)}.${1 + (index % 250)}`;
  const name = `row-104-${index}`;
  return [service(name, { clusterIP }), slice(name, ["A", "B", "R", "S"])];
}).flat();

/** `nft monitor`, begun while the tables are small: it reads them first, and again whenever they change meanwhile. */
const monitor = (place: Place): Started => place.start("stdbuf", ["-oL", "nft", "monitor"]);

/** Leaves a word in what the monitor tells, again and again until it has: what comes while it begins is lost to it. */
async function mark(scene: Scene, told: Started, word: string): Promise<void> {
  const isTold = act(`nft monitor tells of ${word}`, async () => {
    await nft(scene, "add", "table", "ip", word);
    await nft(scene, "delete", "table", "ip", word);
    const isThere = told.output().includes(`delete table ip ${word}\n`);
    insist(isThere ? undefined : `it tells ${told.output().slice(-1000)}`);
  });
  await eventually(isTold).run(scene);
}

/** What it told between two words, without the sentinel, which is changed to know that the proxy has started. */
function writesBetween(told: Started, first: string, last: string): readonly string[] {
  const text = told.output();
  const isMark = (word: string): boolean => word === first || word === last;
  const lines = text
    .slice(text.indexOf(`delete table ip ${first}\n`), text.indexOf(`add table ip ${last}\n`))
    .split("\n")
    .slice(1)
    .filter((line) => line !== "" && !line.startsWith("# new generation"))
    .filter((line) => !/^(?:add|delete) table ip (\w+)$/.exec(line)?.slice(1).some(isMark));
  const isSentinel = (line: string): boolean => /10\.96\.255\.1\b|96::ff01\b/.test(line);
  insist(lines.some(isSentinel) ? undefined : `the monitor tells of no write at all:\n${text}`);
  return lines.filter((line) => !isSentinel(line));
}

export const faultRows: readonly Row[] = [
  {
    number: 98,
    name: "elements and rules that somebody takes away come back, and it is told and counted",
    objects: [
      service("row-98", {
        type: "NodePort",
        clusterIP: "10.96.98.1",
        ports: [{ port: 80, nodePort: 30_098 }],
      }),
      slice("row-98", ["A", "R"]),
    ],
    steps: [
      ...mended(
        "elements of two maps are deleted",
        async (scene) => {
          const element = "{ 10.96.98.1 . tcp . 80 }";
          await nft(scene, "delete", "element", "ip", "fairlead", "services", element);
          await nft(scene, "flush", "map", "ip", "fairlead", "endpoints");
        },
        tcp("C", "10.96.98.1:80", served(["A", "R"])),
      ),
      ...mended(
        "a rule of all frontends is deleted",
        (scene) => deleteFirstRule(scene, "external"),
        tcp("X", "192.168.50.2:30098", served(["A", "R"])),
      ),
      ...mended(
        "the rules for two endpoints are flushed",
        (scene) => nft(scene, "flush", "chain", "ip", "fairlead", "lb-2"),
        tcp("C", "10.96.98.1:80", served(["A", "R"])),
      ),
    ],
  },
  {
    number: 99,
    name: "the rules come back after another's nft flush ruleset",
    objects: [service("row-99", { clusterIP: "10.96.99.1" }), slice("row-99", ["A", "R"])],
    steps: mended(
      "nft flush ruleset",
      (scene) => nft(scene, "flush", "ruleset"),
      tcp("C", "10.96.99.1:80", served(["A", "R"])),
    ),
  },
  {
    number: 100,
    name: "what cannot be used is passed over with one line and a count, and the rest serves",
    objects: [
      // Slices before their Service, one endpoint in both, ports without a name.
      slice("row-100", ["A", "R"]),
      slice("row-100", ["R", "A", "B"], { suffix: "2" }),
      service("row-100", { clusterIP: "10.96.100.1" }),
      service("row-100-x", {
        clusterIP: "10.96.100.2",
        externalIPs: ["no-address", "203.0.113.100"],
      }),
      slice("row-100-x", ["A"]),
      service(
        "row-100-l",
        { type: "LoadBalancer", clusterIP: "10.96.100.3" },
        ingress("300.1.2.3"),
      ),
      slice("row-100-l", ["B"]),
      service(
        "row-100-r",
        {
          type: "LoadBalancer",
          clusterIP: "10.96.100.4",
          loadBalancerSourceRanges: ["10.244.0.0/99", "10.244.0.0/16"],
        },
        ingress("203.0.113.101"),
      ),
      slice("row-100-r", ["R"]),
      service(
        "row-100-a",
        { clusterIP: "10.96.100.5" },
        { annotations: { "fairlead.dev/balancing": "magic" } },
      ),
      slice("row-100-a", [{ place: "S" }, { place: "B", address: "127.0.0.1" }]),
    ],
    steps: [
      tcp("C", "10.96.100.1:80", served(["A", "B", "R"])),
      act("an address in two slices is one endpoint", async (scene) => {
        const map = await nft(scene, "list", "map", "ip", "fairlead", "endpoints");
        const own = [...map.matchAll(/10\.96\.100\.1 \. tcp/g)];
        insist(own.length === 3 ? undefined : `${own.length} elements in ${map}`);
      }),
      tcp("C", "10.96.100.2:80", served(["A"])),
      tcp("X", "203.0.113.100:80", served(["A"])),
      tcp("C", "10.96.100.3:80", served(["B"])),
      tcp("C", "203.0.113.101:80", served(["R"])),
      tcp("C", "10.96.100.5:80", served(["S"])),
      warned("bad-external-ip", /row-100-x.*no-address/),
      warned("bad-load-balancer-ip", /row-100-l.*300\.1\.2\.3/),
      warned("bad-source-range", /row-100-r.*10\.244\.0\.0\/99/),
      warned("bad-annotation", /row-100-a.*magic/),
      warned("bad-endpoint-address", /row-100-a.*127\.0\.0\.1/),
      noFailures,
    ],
  },
  {
    number: 104,
    name: "a restart among 2,000 Services writes nothing, and moves nobody",
    timeoutMs: 180_000,
    objects: [
      service("row-104-t", { clusterIP: "10.96.104.1" }),
      slice("row-104-t", ["A", "R"]),
      service("row-104-u", { clusterIP: "10.96.104.2", ports: [{ port: 80, protocol: "UDP" }] }),
      slice("row-104-u", ["A", "R"], { ports: [{ port: 8080, protocol: "UDP" }] }),
      service("row-104-s", { clusterIP: "10.96.104.3", sessionAffinity: "ClientIP" }),
      slice("row-104-s", ["A", "B", "R", "S"]),
    ],
    steps: [
      hold("connection", { from: "C", transport: "tcp", to: "10.96.104.1:80" }),
      startFlow("datagrams", {
        ...{ from: "C", transport: "udp", to: "10.96.104.2:80", sourcePort: 40_104 },
        timeoutMs: 5000,
      }),
      act("2,000 Services come, then the proxy ends and starts again", async (scene) => {
        const all = ["A", "B", "R", "S"];
        const affine = { from: "C", transport: "tcp", to: "10.96.104.3:80", times: 1 } as const;
        const told = monitor(scene.topology.place("n1"));
        scene.defer(() => told.stop());
        await applyMany(many).run(scene);
        await tcp("C", "10.96.117.250:80", served(all)).run(scene);
        const [before] = await outcomesOf(scene, affine, sticky(all));
        await mark(scene, told, "before");
        await scene.proxy.stop();
        await scene.proxy.start({}, flags);
        await mark(scene, told, "after");
        const written = writesBetween(told, "before", "after");
        insist(written.length === 0 ? undefined : `written: ${written.slice(0, 20).join("\n")}`);
        const server = before?.kind === "answer" ? before.server : "nobody";
        await tcp("C", affine.to, sticky([server])).run(scene);
      }),
      alive("connection"),
      endFlow("datagrams", unmoved),
    ],
  },
  {
    number: 105,
    name: "a packet that has drawn a slot that goes meanwhile takes the first, and is refused once none is left",
    objects: [service("row-105", { clusterIP: "10.96.105.1" }), slice("row-105", ["A", "R"])],
    steps: [
      tcp("C", "10.96.105.1:80", served(["A", "R"])),
      // As a packet sees it that has looked up the number of slots before a commit, and the slot after it.
      act("the second slot goes", (scene) => loseSlot(scene, "10.96.105.1", 1)),
      tcp("C", "10.96.105.1:80", served(["A"])),
      act("the first goes", (scene) => loseSlot(scene, "10.96.105.1", 0)),
      tcp("C", "10.96.105.1:80", refused),
    ],
  },
];
