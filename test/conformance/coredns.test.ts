import { afterAll, beforeAll, describe } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import type { ServerUnderTest } from "./contract.ts";
import { coreDns, launch } from "./drivers/launch.ts";
import { conformanceSuite } from "./suite.ts";
import { unsyncedSuite } from "./unsynced.ts";

// The table itself, held against the real thing: what it says CoreDNS answers is what CoreDNS answers.
describeWhere(["coredns"], "a real CoreDNS", () => {
  let running: ServerUnderTest;
  beforeAll(async () => {
    running = await launch(coreDns());
  });
  afterAll(() => running?.stop());

  for (const over of ["udp", "tcp"] as const)
    describe(over, () => conformanceSuite({ server: () => running, over, as: "coredns" }));
  unsyncedSuite(coreDns(), "coredns");
});
