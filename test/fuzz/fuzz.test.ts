import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeMessage } from "#dns/wire/decode.ts";
import { exchangeTcp, exchangeUdp } from "#test/conformance/client.ts";
import { questionBytes } from "#test/conformance/question.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { type DnsServerProcess, startDnsServer } from "#test/support/dns-server.ts";
import { fixtureDirectory, type ManifestDirectory } from "#test/support/fixture-directory.ts";
import { freePorts } from "#test/support/ports.ts";
import type { Destination, Tally } from "./contract.ts";

import { Random } from "./random.ts";
import { tcpStorm } from "./tcp-storm.ts";
import { udpStorm } from "./udp-storm.ts";

const soak = process.env.FAIRLEAD_SOAK === "1";
/** Packets to each transport. */
const packets = Number(process.env.FAIRLEAD_FUZZ_PACKETS ?? (soak ? 1_000_000 : 20_000));
const seed = Number(process.env.FAIRLEAD_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const PORT_RANGE = 27_000;
/** What the process may still gain in the second half: buffers come and go by tens of megabytes. */
const MAX_GROWTH_BYTES = 128 << 20;

type Storm = (to: Destination, count: number, random: Random) => Promise<Tally>;

interface Target {
  readonly server: DnsServerProcess;
  readonly dns: Destination;
  readonly metricsUrl: string;
}

/** Names that are compiled, names that take the plugin chain, and a chain that sees everything and logs it. */
async function startTarget(transport: "batched" | "dgram", manifests: string): Promise<Target> {
  const [port = 0, metricsPort = 0] = await freePorts(2, PORT_RANGE);
  const metrics = `127.0.0.1:${metricsPort}`;
  const around = `bind 127.0.0.1\n errors\n prometheus ${metrics}`;
  const corefile = `
cluster.local:${port} in-addr.arpa:${port} {
 ${around}
 kubernetes cluster.local in-addr.arpa {
  manifests ${manifests}
  pods insecure
 }
 loadbalance
}
.:${port} {
 ${around}
 log
 whoami
}
`;
  const server = await startDnsServer(corefile, { transport });
  return { server, dns: { host: "127.0.0.1", port }, metricsUrl: `http://${metrics}/metrics` };
}

async function panicsOf({ metricsUrl }: Target): Promise<string | undefined> {
  const text = await (await fetch(metricsUrl)).text();
  return /^coredns_panics_total (\S+)$/m.exec(text)?.[1];
}

function residentBytes({ server }: Target): number {
  const status = readFileSync(`/proc/${server.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

async function expectUnharmed(target: Target): Promise<void> {
  const { server } = target;
  expect(server.daemon.process.exitCode, server.daemon.output()).toBeNull();
  for (const exchange of [exchangeUdp, exchangeTcp]) {
    const reply = await exchange(target.dns, questionBytes("svc1.$ A"));
    expect(decodeMessage(reply ?? new Uint8Array())).toMatchObject({
      rcode: 0,
      answers: [{ type: "A", address: "10.0.0.100" }],
    });
  }
  expect(await panicsOf(target)).toBe("0");
  expect(server.lines().filter((line) => line.startsWith("[ERROR]"))).toEqual([]);
}

for (const transport of ["batched", "dgram"] as const) {
  describeWhere(["linux"], `malformed input, ${transport} transport`, () => {
    let target: Target;
    let manifests: ManifestDirectory;
    beforeAll(async () => {
      manifests = fixtureDirectory();
      target = await startTarget(transport, manifests.path);
    });
    afterAll(async () => {
      const status = await target.server.stop();
      manifests.remove();
      expect(status).toBe(0);
    });

    const udp = { over: "UDP", storm: udpStorm };
    const tcp = { over: "TCP", storm: tcpStorm };
    // TCP is one implementation beside either UDP transport: once is enough.
    const storms: readonly { over: string; storm: Storm }[] =
      transport === "batched" ? [udp, tcp] : [udp];

    test.each(storms)(`over $over, seed ${seed}`, async ({ storm }) => {
      const random = new Random(seed);
      const first = await storm(target.dns, Math.ceil(packets / 2), random);
      const before = residentBytes(target);
      const second = await storm(target.dns, packets - first.sent, random);
      expect([...first.complaints, ...second.complaints]).toEqual([]);
      expect(first.sent + second.sent).toBeGreaterThanOrEqual(packets);
      expect([first.got, second.got]).toEqual([first.due, second.due]);
      expect(residentBytes(target) - before).toBeLessThan(MAX_GROWTH_BYTES);
      await expectUnharmed(target);
    });
  });
}
