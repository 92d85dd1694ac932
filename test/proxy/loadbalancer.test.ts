import { loadBalancerRows } from "./rows/loadbalancer.ts";
import { runRows } from "./suite.ts";

runRows("load balancers and external IPs", loadBalancerRows);
