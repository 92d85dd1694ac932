import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeMessage } from "#dns/wire/decode.ts";
import { unsyncedCases } from "./cases/unsynced.ts";
import { exchangeUdp } from "./client.ts";
import type { ServerUnderTest } from "./contract.ts";
import { type Implementation, launch } from "./drivers/launch.ts";
import { expected, observed } from "./expectation.ts";
import { questionBytes } from "./question.ts";

export function unsyncedSuite(implementation: Implementation, as: "fairlead" | "coredns"): void {
  describe("before the first lists are complete", () => {
    let running: ServerUnderTest;
    beforeAll(async () => {
      running = await launch(implementation, { configs: ["plain"], withheld: "endpointslices" });
    });
    afterAll(() => running?.stop());

    test.each(unsyncedCases)("$row: $ask", async (row) => {
      const to = { host: running.host, port: running.port("plain") };
      const bytes = await exchangeUdp(to, questionBytes(row.ask));
      if (bytes === undefined) throw new Error("no answer");
      const wanted = expected(as === "coredns" ? (row.coredns ?? row) : row);
      expect(observed(decodeMessage(bytes))).toBe(wanted);
    });
  });
}
