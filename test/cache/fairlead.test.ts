/** The cache in a running server: who answers, and whether all answers are counted. */
import { describe, expect, onTestFinished, test } from "vitest";
import type { Message } from "#dns/wire/contract.ts";
import { decodeMessage } from "#dns/wire/decode.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { exchangeTcp, exchangeUdp } from "#test/conformance/client.ts";
import { startDnsServer } from "#test/support/dns-server.ts";
import { type QueryOptions, query } from "#test/support/plugin.ts";
import { freePorts } from "#test/support/ports.ts";
import { startNamedUpstream } from "./upstream.ts";

const HOST = "127.0.0.1";
const FIRST_PORT = 29_300;

async function startServer(transport: "batched" | "dgram", cache: string) {
  const upstream = await startNamedUpstream();
  onTestFinished(() => upstream.close());
  const [port = 0, metricsPort = 0] = await freePorts(2, FIRST_PORT);
  const server = await startDnsServer(
    `.:${port} {
      bind ${HOST}
      errors
      prometheus ${HOST}:${metricsPort}
      ${cache}
      forward . ${upstream.label}
      loadbalance
    }`,
    { transport },
  );
  onTestFinished(async () => void (await server.stop()));
  const ask = async (text: string, options: QueryOptions = {}): Promise<Message | undefined> => {
    const exchange = options.transport === "tcp" ? exchangeTcp : exchangeUdp;
    const reply = await exchange({ host: HOST, port }, encodeMessage(query(text, options).message));
    return reply === undefined ? undefined : decodeMessage(reply);
  };
  const samples = async (pattern: RegExp): Promise<number> => {
    const text = await (await fetch(`http://${HOST}:${metricsPort}/metrics`)).text();
    const values = text
      .split("\n")
      .flatMap((line) => (pattern.test(line) ? line.split(" ").at(-1) : []));
    return values.reduce((sum, value) => sum + Number(value), 0);
  };
  return { upstream, ask, samples };
}

describe.each(["batched", "dgram"] as const)("over %s", (transport) => {
  test("the upstream is asked once, and every answer is counted", async () => {
    const { upstream, ask, samples } = await startServer(transport, "cache");
    for (let n = 0; n < 40; n++) {
      const reply = await ask(n % 2 === 0 ? "a.example.org. A" : "A.eXample.org. A", {
        transport: n % 4 === 0 ? "tcp" : "udp",
        id: n,
      });
      expect(reply).toMatchObject({ id: n, rcode: 0, flags: { authoritative: n > 0 } });
      expect(reply?.answers).toHaveLength(1);
    }
    // An option makes a query one for the plugin chain.
    const cookie = { code: 10, data: new Uint8Array(8) };
    const reply = await ask("a.example.org. A", { edns: { options: [cookie] } });
    expect(reply?.answers).toHaveLength(1);
    expect(upstream.asked).toHaveLength(1);
    expect(await samples(/^coredns_dns_requests_total/)).toBe(41);
    expect(await samples(/^coredns_dns_responses_total.*plugin="cache"/)).toBe(40);
    expect(await samples(/^coredns_dns_responses_total.*plugin="forward"/)).toBe(1);
    expect(await samples(/^coredns_cache_requests_total/)).toBe(41);
    expect(await samples(/^coredns_cache_hits_total.*type="success"/)).toBe(40);
    expect(await samples(/^coredns_cache_misses_total/)).toBe(1);
    expect(await samples(/^coredns_cache_entries.*type="success"/)).toBe(1);
  });

  test("denials, failures and what may not be kept", async () => {
    const { upstream, ask } = await startServer(transport, "cache");
    const rcodes = { nx: 3, servfail: 2, nodata: 0, refused: 5 };
    for (const [name, rcode] of Object.entries(rcodes)) {
      for (let n = 0; n < 5; n++) {
        expect(await ask(`${name}.example.org. A`)).toMatchObject({ rcode, answers: [] });
      }
    }
    const asked = upstream.asked.map(({ message }) => message.questions[0]?.name.split(".")[0]);
    expect(asked.join(" ")).toBe("nx servfail nodata refused refused refused refused refused");
  });
});
