import { clusterIpRows } from "./rows/clusterip.ts";
import { runRows } from "./suite.ts";

runRows("ClusterIP", clusterIpRows);
