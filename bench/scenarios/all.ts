import type { Scenario } from "../contract.ts";
import { aUdp } from "./a-udp.ts";
import { cached } from "./cached.ts";
import { forward } from "./forward.ts";
import { freshness } from "./freshness.ts";
import { heap } from "./heap.ts";
import { kubeadm } from "./kubeadm.ts";
import { latency } from "./latency.ts";
import { latencyStorm } from "./latency-storm.ts";
import { podMix } from "./pod-mix.ts";
import { relist } from "./relist.ts";
import { scale } from "./scale.ts";
import { start } from "./start.ts";
import { tcp } from "./tcp.ts";

/** Every scenario of `bench dns`, in the order in which they run and are reported. */
export const scenarios: readonly Scenario[] = [
  aUdp,
  podMix,
  tcp,
  cached,
  forward,
  kubeadm,
  latency,
  latencyStorm,
  start,
  relist,
  scale,
  freshness,
  heap,
];
