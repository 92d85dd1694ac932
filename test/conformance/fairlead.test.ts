import { afterAll, beforeAll, describe } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import type { ServerUnderTest } from "./contract.ts";
import { fairlead, launch } from "./drivers/launch.ts";
import { conformanceSuite } from "./suite.ts";
import { unsyncedSuite } from "./unsynced.ts";

for (const transport of ["batched", "dgram"] as const) {
  describeWhere(["linux"], `Fairlead, ${transport} transport`, () => {
    let running: ServerUnderTest;
    beforeAll(async () => {
      running = await launch(fairlead(transport));
    });
    afterAll(() => running?.stop());

    // TCP is one implementation beside either UDP transport: once is enough.
    for (const over of transport === "batched" ? (["udp", "tcp"] as const) : (["udp"] as const))
      describe(over, () => conformanceSuite({ server: () => running, over, as: "fairlead" }));
    unsyncedSuite(fairlead(transport), "fairlead");
  });
}
