/** Attachments that a node has already: leases and rules, without links. */
import type { Attachment } from "#cni/contract.ts";
import { hostLocal } from "#cni/ipam/host-local.ts";
import { KernelNetwork } from "#cni/network/kernel-network.ts";
import { readConfiguration } from "#cni/plugin/configuration.ts";
import { localHost } from "#cni/plugin/host.ts";
import { answerCalls } from "../../calls.ts";

interface FillRequest {
  /** A configuration with ipam. */
  readonly config: string;
  readonly network: string;
  readonly subnet: string;
  readonly from: number;
  readonly to: number;
  readonly withRules: boolean;
}

/** As many owners as asked for get an address each, and with rules are masqueraded. */
async function fill(request: FillRequest): Promise<void> {
  const configuration = readConfiguration(request.config, "ADD");
  const ipam = hostLocal(localHost);
  const kernel = new KernelNetwork();
  const session = kernel.session();
  for (let index = request.from; index < request.to; index += 1) {
    const attachment: Attachment = {
      network: request.network,
      containerId: `filled${index}`,
      ifname: "eth0",
    };
    const { ips } = await ipam.add({
      command: "ADD",
      configuration,
      attachment,
      netns: "",
      netnsIdentity: undefined,
      cniArgs: new Map(),
      pluginFolders: [],
      env: {},
    });
    const addresses = ips.map(({ address }) => address);
    const exclude = [request.subnet];
    if (request.withRules)
      await session.setRules(attachment, [{ kind: "masquerade", addresses, exclude }]);
  }
  session.end();
  await kernel.close();
}

const calls = { fill };
export type LeaseCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
