import type { Scenario } from "../contract.ts";
import { aUdp } from "./a-udp.ts";
import { latency } from "./latency.ts";
import { podMix } from "./pod-mix.ts";
import { tcp } from "./tcp.ts";

/** Every scenario of `bench dns`, in the order in which they run and are reported. */
export const scenarios: readonly Scenario[] = [aUdp, podMix, tcp, latency];
