import { describeWhere } from "#test/support/capabilities.ts";
import { cniSuite } from "../suites.ts";
import { testQuickly } from "../testing.ts";

describeWhere(["topology", "nftables", "cc", "cniPlugins"], "fairlead bench cni --quick", () => {
  testQuickly(cniSuite, ["ADDs that failed", "addresses given twice"]);
});
