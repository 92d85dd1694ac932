import { describe, expect, onTestFinished, test } from "vitest";
import {
  load,
  outcome,
  query,
  refusing,
  replying,
  serve,
  testProcess,
} from "#test/support/plugin.ts";
import { records } from "#test/zone-text/zone-text.ts";
import { plugin as whoami } from "../whoami/setup.ts";
import {
  countDuration,
  countQuery,
  createQueryCounts,
  IPV4,
  IPV6,
  placeStride,
  TCP,
  UDP,
} from "./layout.ts";
import { queryCountsCollector } from "./metrics.ts";
import { countedPlaces, placeIndex, placesOf, UNCOUNTED } from "./places.ts";
import { plugin } from "./setup.ts";

test.each([
  ["prometheus", "ok"],
  ["prometheus :9253", "ok"],
  ["prometheus {\n runtime_metrics\n}", "ok"],
  [
    "prometheus\nprometheus",
    "Corefile:3: 'prometheus' may stand once in a server block; it stands on line 2 already",
  ],
  [
    "prometheus 9153",
    "Corefile:2: prometheus '9153' is no address; it should look like :8080, localhost:8080 or [::1]:8080",
  ],
  [
    "prometheus {\n tls web.yml\n}",
    "Corefile:3: 'tls' of prometheus is not supported yet; supported: runtime_metrics",
  ],
  [
    "prometheus {\n runtime_metrics all\n}",
    "Corefile:3: 'all' is too many; it is written: runtime_metrics",
  ],
  [
    "prometheus {\n runtime\n}",
    "Corefile:3: 'runtime' is unknown in prometheus; did you mean 'runtime_metrics'? accepted: runtime_metrics, tls",
  ],
])("%j: %s", (lines, expected) => expect(outcome(plugin, lines)).toBe(expected));

const registry = [
  { name: "prometheus", plugin },
  { name: "whoami", plugin: whoami },
];

/** Lines of an exposition without comments and empty buckets, labels in the order of the names. */
function samples(text: string, prefix: string): string[] {
  return text.split("\n").filter((line) => line.startsWith(prefix) && !/_bucket.* 0$/.test(line));
}

describe("counts of workers", () => {
  const places = placesOf([{ server: "dns://:53", host: "", port: 53, zone: "a.test." }]);
  const plugins = ["", "kubernetes"];
  const stride = placeStride(plugins.length);

  async function exported(...fill: readonly ((values: Float64Array) => void)[]): Promise<string> {
    const { services, metrics } = testProcess();
    const collector = queryCountsCollector(services);
    for (const write of fill) {
      const counts = createQueryCounts(places, plugins);
      collector.add(counts);
      write(counts.values);
    }
    return metrics.metrics();
  }

  test("places are one uncounted, one a zone, one for what a listener drops", () => {
    expect(places.map(({ server, zone }) => `${server} ${zone}`)).toEqual([
      " ",
      "dns://:53 a.test.",
      "dns://:53 dropped",
    ]);
    expect(placeIndex(places, "dns://:53", "a.test.")).toBe(1);
    expect(placeIndex(places, "dns://:53", "b.test.")).toBe(UNCOUNTED);
  });

  test("one query shows in every family", async () => {
    const text = await exported((values) => {
      countQuery(values, stride, UDP, IPV4, 28, true, 40, 512, 3, 1);
      countDuration(values, stride, 0.0004, 1);
    });
    const place = 'server="dns://:53",zone="a.test.",view=""';
    expect(samples(text, "coredns_dns_requests")).toEqual([
      `coredns_dns_requests_total{${place},proto="udp",family="1",type="AAAA"} 1`,
    ]);
    expect(samples(text, "coredns_dns_responses")).toEqual([
      `coredns_dns_responses_total{${place},rcode="NXDOMAIN",plugin="kubernetes"} 1`,
    ]);
    expect(samples(text, "coredns_dns_do_requests")).toEqual([
      `coredns_dns_do_requests_total{${place}} 1`,
    ]);
    expect(samples(text, "coredns_dns_request_duration").at(0)).toBe(
      `coredns_dns_request_duration_seconds_bucket{${place},le="0.0005"} 1`,
    );
    expect(samples(text, "coredns_dns_request_duration").slice(-2)).toEqual([
      `coredns_dns_request_duration_seconds_sum{${place}} 0.0004`,
      `coredns_dns_request_duration_seconds_count{${place}} 1`,
    ]);
    expect(samples(text, "coredns_dns_request_size").at(0)).toBe(
      `coredns_dns_request_size_bytes_bucket{${place},proto="udp",le="100"} 1`,
    );
    expect(samples(text, "coredns_dns_response_size").at(0)).toBe(
      `coredns_dns_response_size_bytes_bucket{${place},proto="udp",le="1023"} 1`,
    );
    expect(samples(text, "coredns_dns_response_size").slice(-2)).toEqual([
      `coredns_dns_response_size_bytes_sum{${place},proto="udp"} 512`,
      `coredns_dns_response_size_bytes_count{${place},proto="udp"} 1`,
    ]);
  });

  test("workers are added up, kinds are told apart, types and rcodes without a slot are other", async () => {
    const count = (values: Float64Array) => {
      countQuery(values, stride, UDP, IPV4, 1, false, 40, 60, 0, 1);
      countQuery(values, stride, TCP, IPV6, 999, false, 40, 60, 4000, 0);
    };
    const text = await exported(count, count);
    const place = 'server="dns://:53",zone="a.test.",view=""';
    expect(samples(text, "coredns_dns_requests")).toEqual([
      `coredns_dns_requests_total{${place},proto="udp",family="1",type="A"} 2`,
      `coredns_dns_requests_total{${place},proto="tcp",family="2",type="other"} 2`,
    ]);
    expect(samples(text, "coredns_dns_responses")).toEqual([
      `coredns_dns_responses_total{${place},rcode="other",plugin=""} 2`,
      `coredns_dns_responses_total{${place},rcode="NOERROR",plugin="kubernetes"} 2`,
    ]);
  });

  test("the uncounted row is exported by nobody", async () => {
    const text = await exported((values) =>
      countQuery(values, UNCOUNTED, UDP, IPV4, 1, true, 40, 60, 0, 1),
    );
    expect(samples(text, "coredns_dns")).toEqual([]);
  });

  test.each([
    [0, "0"],
    [100, "100"],
    [101, "200"],
    [64_000, "64000"],
    [65_535, "+Inf"],
  ])("%i bytes fall into the bucket up to %s", async (bytes, le) => {
    const text = await exported((values) =>
      countQuery(values, stride, UDP, IPV4, 1, false, bytes, 60, 0, 1),
    );
    expect(samples(text, "coredns_dns_request_size_bytes_bucket")[0]).toContain(`le="${le}"`);
  });

  test.each([
    [0, "0.00025"],
    [0.00025, "0.00025"],
    [0.00026, "0.0005"],
    [8.192, "8.192"],
    [9, "+Inf"],
  ])("%d s falls into the bucket up to %s", async (seconds, le) => {
    const text = await exported((values) => countDuration(values, stride, seconds, 3));
    expect(samples(text, "coredns_dns_request_duration_seconds_bucket")[0]).toMatch(
      new RegExp(`le="${le.replace("+", "\\+")}"} 3$`),
    );
  });
});

test("blocks without the plugin have no places", () => {
  const blocks = load(".:53 {\n prometheus\n}\na.test:54 {\n whoami\n}", registry);
  expect(countedPlaces(blocks).map(({ server, zone }) => `${server} ${zone}`)).toEqual([
    " ",
    "dns://:53 .",
    "dns://:53 dropped",
  ]);
});

test("/metrics shows what went through the chain", async () => {
  const { services } = testProcess();
  const [block] = load(
    ".:53 a.test:53 {\n prometheus 127.0.0.1:23112\n whoami\n}",
    registry,
    services,
  );
  const [prometheus] = block?.instances ?? [];
  if (prometheus === undefined) throw new Error("not loaded");
  onTestFinished(() => prometheus.stop?.());
  await prometheus.start?.();

  const answers = records("x.a.test. 5 IN A 10.0.0.1");
  const asked = query("x.a.test. A", { zone: "a.test.", sizeBytes: 26, edns: { dnssecOk: true } });
  const whoamiReplies = async () => ({ ...(await replying({ answers })(asked)), plugin: "whoami" });
  const verdict = await serve(prometheus, asked, whoamiReplies);
  expect(verdict).toMatchObject({ kind: "replied", response: { answers } });
  await serve(prometheus, query("b.test. TXT", { transport: "tcp" }), refusing(2));

  const response = await fetch("http://127.0.0.1:23112/metrics");
  expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const text = await response.text();
  const inA = 'server="dns://:53",zone="a.test.",view=""';
  const inRoot = 'server="dns://:53",zone=".",view=""';
  expect(samples(text, "coredns_build_info")).toEqual([
    expect.stringMatching(
      /^coredns_build_info\{version="\d.*",revision=".*",goversion="node\d.*"\} 1$/,
    ),
  ]);
  expect(samples(text, "coredns_plugin_enabled")).toEqual([
    `coredns_plugin_enabled{${inRoot},name="prometheus"} 1`,
    `coredns_plugin_enabled{${inRoot},name="whoami"} 1`,
    `coredns_plugin_enabled{${inA},name="prometheus"} 1`,
    `coredns_plugin_enabled{${inA},name="whoami"} 1`,
  ]);
  expect(samples(text, "coredns_dns_requests_total")).toEqual([
    `coredns_dns_requests_total{${inRoot},proto="tcp",family="1",type="TXT"} 1`,
    `coredns_dns_requests_total{${inA},proto="udp",family="1",type="A"} 1`,
  ]);
  expect(samples(text, "coredns_dns_responses_total")).toEqual([
    `coredns_dns_responses_total{${inRoot},rcode="SERVFAIL",plugin=""} 1`,
    `coredns_dns_responses_total{${inA},rcode="NOERROR",plugin="whoami"} 1`,
  ]);
  expect(samples(text, "coredns_dns_do_requests_total")).toEqual([
    `coredns_dns_do_requests_total{${inA}} 1`,
  ]);
  expect(samples(text, "coredns_dns_request_size_bytes_sum")).toContain(
    `coredns_dns_request_size_bytes_sum{${inA},proto="udp"} 26`,
  );
  expect(samples(text, "coredns_dns_response_size_bytes_sum")).toContain(
    `coredns_dns_response_size_bytes_sum{${inA},proto="udp"} 53`,
  );
  expect(samples(text, "coredns_dns_request_duration_seconds_count")).toHaveLength(2);
});
