/** No query is lost to a rolling update, nor to the sudden end of a replica, beyond what a client asks twice for. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { until } from "#test/support/dns-server.ts";
import { type Cluster, startCluster } from "./cluster/cluster.ts";
import { install } from "./cluster/install.ts";
import type { LoadReport } from "./load/contract.ts";
import { describeReport, type Load, startLoad } from "./load/load.ts";

const values = { dns: { lameduckSeconds: 2 }, terminationGracePeriodSeconds: 10 };
const perSecond = 5000;
/** Longer than it takes to notice the end of a container; resolvers wait 5 s. */
const timeoutMs = 2000;

describeWhere(
  ["topology", "nftables", "conntrack", "batchedSockets", "cc", "helm"],
  `two replicas under ${perSecond} queries a second`,
  () => {
    let cluster: Cluster;
    let load: Load | undefined;

    beforeAll(async () => {
      cluster = await startCluster();
      install(cluster.api.objects, values);
      await until(() => cluster.backends().length === 2);
    });
    afterEach(() => load?.abandon());
    afterAll(() => cluster?.close());

    /** Asks all the while that something happens, and says what the client saw. */
    async function under(what: string, happening: () => Promise<void>): Promise<LoadReport> {
      load = startLoad(cluster.client, { address: cluster.dnsAddress, perSecond, timeoutMs });
      await sleep(500);
      await happening();
      await sleep(500);
      const report = await load.finish();
      process.stdout.write(describeReport(what, report));
      return report;
    }

    it("a rolling update loses none", async () => {
      const before = cluster.kubelet.running().map(({ name }) => name);
      const report = await under("rolling update", async () => {
        install(cluster.api.objects, { ...values, podAnnotations: { "example.test/try": "2" } });
        await until(() => {
          const now = cluster.kubelet.running();
          const areNew = now.length === 2 && now.every(({ name }) => !before.includes(name));
          return areNew && cluster.backends().length === 2 && cluster.kubelet.ending === 0;
        });
      });
      expect(report).toMatchObject({ lost: 0, wrong: 0 });
      expect(report.first + report.second).toBe(report.asked);
    });

    it("kill -9 of one of them loses none that is asked again", async () => {
      const [victim] = cluster.kubelet.running();
      const report = await under("kill -9", async () => {
        victim?.kill();
        await until(() => cluster.backends().length === 1);
        await until(() => cluster.backends().length === 2);
      });
      expect(report).toMatchObject({ lost: 0, wrong: 0 });
      expect(report.first + report.second).toBe(report.asked);
    });
  },
);
