import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeMessage } from "#dns/wire/decode.ts";
import { noData, soa } from "./cases/soa.ts";
import { exchangeUdp } from "./client.ts";
import type { Case, ServerUnderTest } from "./contract.ts";
import { type Implementation, launch } from "./drivers/launch.ts";
import { expected, observed } from "./expectation.ts";
import { questionBytes } from "./question.ts";

const servFail = { rcode: "SERVFAIL", authority: soa() } as const;

/** With services listed and endpoint slices still to come: what is known is answered, what is missing is no denial. */
const cases: readonly Case[] = [
  { row: "80", ask: "svc1.$ A", answer: "svc1.$ 5 IN A 10.0.0.1" },
  { row: "79", ask: "svc0.$ A", ...servFail },
  { row: "79 headless", ask: "hdls1.$ A", ...servFail },
  { row: "79 endpoint", ask: "ep1a.svc1.$ A", ...servFail },
  { row: "79 no data", ask: "svc1.$ AAAA", ...noData },
  { row: "79 apex", ask: "@ SOA", answer: soa() },
];

export function unsyncedSuite(implementation: Implementation, as: "fairlead" | "coredns"): void {
  describe("before the first lists are complete", () => {
    let running: ServerUnderTest;
    beforeAll(async () => {
      running = await launch(implementation, { configs: ["plain"], withheld: ["EndpointSlice"] });
    });
    afterAll(() => running?.stop());

    test.each(cases)("$row: $ask", async (row) => {
      const to = { host: running.host, port: running.port("plain") };
      const bytes = await exchangeUdp(to, questionBytes(row.ask));
      if (bytes === undefined) throw new Error("no answer");
      const wanted = expected(as === "coredns" ? (row.coredns ?? row) : row);
      expect(observed(decodeMessage(bytes))).toBe(wanted);
    });
  });
}
