import { describeWhere } from "#test/support/capabilities.ts";
import { proxySuite } from "../suites.ts";
import { testQuickly } from "../testing.ts";

describeWhere(["topology", "nftables"], "fairlead bench proxy --quick", () => {
  testQuickly(proxySuite, ["elements written", "connections that failed"]);
});
