import { describeWhere } from "#test/support/capabilities.ts";
import { nodeSuite } from "../suites.ts";
import { testQuickly } from "../testing.ts";

describeWhere(["topology", "nftables"], "fairlead bench node --quick", () => {
  testQuickly(nodeSuite, [
    "failed connections through a ClusterIP, 200 a second",
    "established connections lost",
  ]);
});
