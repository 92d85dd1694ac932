import { udpRows } from "./rows/udp.ts";
import { runRows } from "./suite.ts";

runRows("UDP flows and SCTP", udpRows);
