import { affinityRows } from "./rows/affinity.ts";
import { runRows } from "./suite.ts";

runRows("session affinity", affinityRows);
