import { expect, onTestFinished, test } from "vitest";
import type { EventNote } from "#cluster/events/contract.ts";
import { FakeClock } from "#cluster/testing/fake-clock.ts";
import { subscribeLog } from "#linux/netlink/nflog/nflog.ts";
import { testNamespace } from "#linux/testing/namespaces.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { planOf, service } from "../plan/test-objects.ts";
import { SAMPLE_GROUP, SAMPLE_PREFIX } from "./contract.ts";
import { RefusingFrontends } from "./refusing-frontends.ts";
import { RefusalReporter } from "./reporter.ts";

describeWhere(["podNetworks", "nftables"], "refusals in the kernel", () => {
  test("a client that is refused finds its way into an Event", async () => {
    const node = testNamespace();
    onTestFinished(() => node.delete());
    const setUp = `
      ip link set lo up
      ip route add 10.0.0.0/24 dev lo src 127.0.0.1
      nft -f - <<END
      table ip t {
        chain output {
          type filter hook output priority 0;
          ip daddr 10.0.0.1 tcp dport 80 log prefix "${SAMPLE_PREFIX}refuse" group ${SAMPLE_GROUP} snaplen 96
          ip daddr 10.0.0.1 tcp dport 80 reject with tcp reset
        }
      }
END`;
    node.run("sh", "-ec", setUp);
    const plan = planOf({ service: service("web.shop ClusterIP 10.0.0.1 http/TCP/80") });
    const frontends = new RefusingFrontends(() => 0);
    frontends.apply({ changed: plan === undefined ? [] : [plan], removed: [] });
    const notes: EventNote[] = [];
    const reporter = new RefusalReporter({
      frontends,
      nodeName: "node-a",
      periodMs: 300_000,
      recordEvent: (note) => notes.push(note),
      clock: new FakeClock(),
      signal: new AbortController().signal,
      onSample: () => undefined,
    });
    const subscription = subscribeLog(
      { group: SAMPLE_GROUP, namespacePath: node.path },
      { onPacket: (packet) => reporter.onPacket(packet), onOverrun: () => undefined },
    );
    onTestFinished(() => subscription.close());
    node.run("bash", "-c", "! (exec 3<>/dev/tcp/10.0.0.1/80) 2>/dev/null");
    await expect.poll(() => notes.length).toBe(1);
    expect(notes[0]?.message).toBe(
      "1 client refused on node node-a in 10 s (127.0.0.1): port http (80/TCP) has had no ready " +
        "endpoints since 1970-01-01 00:00 UTC",
    );
  });
});
