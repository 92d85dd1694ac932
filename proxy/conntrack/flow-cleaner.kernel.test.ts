import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "#cluster/clock.ts";
import { RecordingLogger } from "#cluster/testing/recording-logger.ts";
import { openConntrack } from "#linux/netlink/conntrack/socket.ts";
import { testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import type { IpFamily } from "../contract.ts";
import { FlowCleaner } from "./flow-cleaner.ts";
import { kernelFlowTable } from "./kernel-table.ts";

const protocols = { UDP: 17, TCP: 6 } as const;

function rig() {
  const namespace = testNamespace();
  const conntrack = openConntrack({ namespacePath: namespace.path });
  const stop = new AbortController();
  onTestFinished(() => {
    stop.abort();
    conntrack.close();
    namespace.delete();
  });
  /** A connection of the client to port 53 of a destination, which another address answers. */
  const track = (
    protocol: keyof typeof protocols,
    client: string,
    vip: string,
    answering: string,
  ) => {
    const common = { protocol: protocols[protocol] };
    const port = answering === vip ? 53 : 5353;
    conntrack.create({
      original: {
        ...common,
        source: client,
        sourcePort: 4000,
        destination: vip,
        destinationPort: 53,
      },
      reply: {
        ...common,
        source: answering,
        sourcePort: port,
        destination: client,
        destinationPort: 4000,
      },
      timeoutSeconds: 100,
    });
  };
  const clean = async (family: IpFamily, vip: string, ...backends: string[]) => {
    let cleaned = 0;
    const cleaner = new FlowCleaner({
      family,
      table: kernelFlowTable(conntrack),
      clock: { ...systemClock, sleep: async () => undefined },
      logger: new RecordingLogger(),
      signal: stop.signal,
      onCleaned: ({ deleted }) => {
        cleaned += deleted;
      },
    });
    const ports = [
      {
        frontends: [{ address: vip, port: 53 }],
        backends: backends.map((address) => ({ address, port: 5353 })),
      },
    ];
    cleaner.synced([{ namespace: "kube-system", name: "dns", ports }]);
    await cleaner.idle();
    return cleaned;
  };
  const left = () =>
    conntrack
      .connections()
      .map(({ original, reply }) => `${original.source} ${reply.source}`)
      .sort();
  return { track, clean, left };
}

describeWhere(["podNetworks"], "the kernel's flows", () => {
  test("those without rewriting and of dead backends go; live ones and TCP stay", async () => {
    const { track, clean, left } = rig();
    track("UDP", "10.0.0.1", "10.96.0.10", "10.96.0.10");
    track("UDP", "10.0.0.2", "10.96.0.10", "10.1.0.9");
    track("UDP", "10.0.0.3", "10.96.0.10", "10.1.0.1");
    track("TCP", "10.0.0.4", "10.96.0.10", "10.1.0.9");
    track("UDP", "10.0.0.5", "10.96.0.11", "10.1.0.9");
    expect(await clean(4, "10.96.0.10", "10.1.0.1")).toBe(2);
    expect(left()).toEqual(["10.0.0.3 10.1.0.1", "10.0.0.4 10.1.0.9", "10.0.0.5 10.1.0.9"]);
    // As after a restart with nothing changed.
    expect(await clean(4, "10.96.0.10", "10.1.0.1")).toBe(0);
  });

  test("IPv6", async () => {
    const { track, clean, left } = rig();
    track("UDP", "fd00::1", "fd00:96::a", "fd00:1::9");
    track("UDP", "fd00::2", "fd00:96::a", "fd00:1::1");
    expect(await clean(6, "fd00:96::a", "fd00:1::1")).toBe(1);
    expect(left()).toEqual(["fd00::2 fd00:1::1"]);
  });
});
