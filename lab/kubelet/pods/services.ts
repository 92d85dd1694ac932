import type { Logger } from "#observe/contract.ts";
import type { KubeClient } from "../../client/contract.ts";
import type { PodNetwork } from "../cni/network.ts";
import type { Runtime } from "../containers/runtime.ts";
import type { EventRecorder } from "../events/recorder.ts";
import type { DnsDefaults } from "../sandbox/resolv-conf.ts";
import type { Sandboxes } from "../sandbox/sandboxes.ts";
import type { PrepareOptions } from "./prepare.ts";

/** What the pods of a node share. */
export interface PodServices {
  readonly client: KubeClient;
  readonly logger: Logger;
  readonly events: EventRecorder;
  readonly network: PodNetwork;
  readonly sandboxes: Sandboxes;
  readonly runtime: Runtime;
  readonly prepare: PrepareOptions;
  readonly dns: DnsDefaults;
  readonly nodeAddresses: readonly string[];
  /** Of the kubelet, and of containers' logs. */
  readonly folder: string;
  readonly logFolder: string;
  /** Whether the API server gives tokens to service accounts. */
  readonly hasTokens: boolean;
  readonly backOffMs: number | undefined;
}
