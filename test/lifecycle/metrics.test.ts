import { expect, test } from "vitest";
import { describeWhere, lacking } from "#test/support/capabilities.ts";
import { until } from "#test/support/dns-server.ts";
import { ask, local, transports } from "./ask.ts";
import { ports } from "./ports.ts";
import { manifests, serve } from "./running.ts";
import { type Samples, scrape } from "./scrape.ts";

/** Sum of the samples of a family. */
function total(samples: Samples, name: string): number {
  return [...samples].reduce(
    (sum, [key, value]) => (key.startsWith(`${name}{`) ? sum + value : sum),
    0,
  );
}

/** The samples of a family, each without the label of the listener. */
function family(samples: Samples, name: string): Record<string, number> {
  const found = [...samples].filter(([key]) => key.startsWith(`${name}{`));
  return Object.fromEntries(
    found.map(([key, value]) => [
      key.replace(/^.*server="[^"]*",(.*)}$/, "$1").replace(',view=""', ""),
      value,
    ]),
  );
}

/** Asked over each transport. Three take the fast path, the others the plugin chain or none. */
const asked = [
  { question: "svc1.$ A", times: 3 },
  { question: "svc1.$ AAAA", times: 2 },
  { question: "svc0.$ A", times: 1 },
  { question: "10-240-0-1.podns.pod.@ A", times: 2 },
  { question: "www.example.com. A", times: 1 },
];

describeWhere(["linux"], "metrics", () => {
  test.for([
    { transport: "batched", bind: "", from: "127.0.0.1", family: 1, sockets: 3 },
    { transport: "batched", bind: "", from: "::1", family: 2, sockets: 1 },
    { transport: "batched", bind: "bind 127.0.0.1", from: "127.0.0.1", family: 1, sockets: 2 },
    { transport: "dgram", bind: "", from: "127.0.0.1", family: 1, sockets: 1 },
    { transport: "dgram", bind: "", from: "::1", family: 2, sockets: 1 },
  ] as const)(
    "count every query once: $transport, '$bind', asked at $from",
    async ({ transport, bind, from, family: label, sockets }, { skip }) => {
      const reason = from === "::1" ? lacking("ipv6") : undefined;
      if (reason !== undefined) skip(reason);
      const [port = 0, metrics = 0] = await ports(2);
      await serve(
        `cluster.local:${port} {
 ${bind}
 multisocket ${sockets}
 errors
 prometheus 127.0.0.1:${metrics}
 kubernetes cluster.local {
  manifests ${manifests().path}
  pods insecure
 }
 loadbalance
}`,
        { transport },
      );
      for (const over of transports) {
        for (const { question, times } of asked) {
          for (let time = 0; time < times; time++)
            expect(await ask(local(port, from), question, over)).toBeDefined();
        }
      }
      // A batch is timed when its replies have left.
      const durations = "coredns_dns_request_duration_seconds_count";
      await until(async () => total(await scrape(metrics), durations) >= 18);
      const samples = await scrape(metrics);
      const requests = (proto: string) => ({
        [`zone="cluster.local.",proto="${proto}",family="${label}",type="A"`]: 6,
        [`zone="cluster.local.",proto="${proto}",family="${label}",type="AAAA"`]: 2,
        [`zone="dropped",proto="${proto}",family="${label}",type="A"`]: 1,
      });
      expect(family(samples, "coredns_dns_requests_total")).toEqual({
        ...requests("udp"),
        ...requests("tcp"),
      });
      expect(family(samples, "coredns_dns_responses_total")).toEqual({
        'zone="cluster.local.",rcode="NOERROR",plugin="kubernetes"': 14,
        'zone="cluster.local.",rcode="NXDOMAIN",plugin="kubernetes"': 2,
        'zone="dropped",rcode="REFUSED",plugin=""': 2,
      });
      expect(family(samples, durations)).toEqual({
        'zone="cluster.local."': 16,
        'zone="dropped"': 2,
      });
      for (const size of ["request", "response"])
        expect(total(samples, `coredns_dns_${size}_size_bytes_count`)).toBe(18);
      expect(samples.get("coredns_panics_total")).toBe(0);
    },
  );

  test("of the process and the build are there", async () => {
    const [port = 0, metrics = 0] = await ports(2);
    await serve(`.:${port} {\n bind 127.0.0.1\n prometheus 127.0.0.1:${metrics}\n whoami\n}`);
    const samples = await scrape(metrics);
    for (const name of [
      "cpu_seconds_total",
      "resident_memory_bytes",
      "open_fds",
      "start_time_seconds",
    ])
      expect(samples.get(`process_${name}`), name).toBeGreaterThan(0);
    const enabled = `coredns_plugin_enabled{server="dns://127.0.0.1:${port}",zone=".",view="",name="whoami"}`;
    expect(samples.get(enabled)).toBe(1);
    expect(total(samples, "coredns_build_info")).toBe(1);
  });
});
