/** The plugin as its suites call it: within a process that lives on, without a shim or an agent. */
import { KernelNetwork } from "#cni/network/kernel-network.ts";
import { localHost } from "#cni/plugin/host.ts";
import { call } from "#cni/testing/call.ts";
import { typeLoader } from "#cni/types/registry.ts";
import { answerCalls } from "../../calls.ts";
import type { Call, Called } from "../contract.ts";

interface AttachRequest {
  readonly config: string;
  readonly groups: readonly (readonly Call[])[];
}

let network: KernelNetwork | undefined;

async function attach({ config, groups }: AttachRequest): Promise<readonly Called[]> {
  const called: Called[] = [];
  for (const group of groups)
    called.push(...(await Promise.all(group.map((each) => timed(config, each)))));
  return called;
}

async function timed(config: string, { command, id, netns }: Call): Promise<Called> {
  network ??= new KernelNetwork();
  const startedMs = performance.now();
  const session = network.session();
  const { status, stdout } = await call(
    typeLoader(localHost, async () => session),
    {
      command,
      config,
      argv0: "/opt/cni/bin/bridge",
      host: localHost,
      env: { CNI_CONTAINERID: id, CNI_NETNS: netns },
    },
  ).finally(() => session.end());
  return { tookMs: performance.now() - startedMs, status, stdout };
}

const calls = { attach };
export type PluginCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
