import { policyRows } from "./rows/policy.ts";
import { runRows } from "./suite.ts";

runRows("traffic policies", policyRows);
