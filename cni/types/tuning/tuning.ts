import type {
  LinkState,
  NetworkChange,
  PluginRequest,
  PluginType,
  Result,
} from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { Fields } from "../../json.ts";
import { previousResult } from "../chained.ts";
import { expectSame } from "../check-link.ts";
import type { NodeServices } from "../interface-type.ts";
import { readBackup, removeBackup, writeBackup } from "./backup.ts";
import { type LinkTuning, readTuningOptions, usualAllowlist } from "./options.ts";

/** Type `tuning`: sysctls of the container's namespace, and attributes of its link, which DEL gives back. */
export function tuning({ network }: NodeServices, allowlist = usualAllowlist): PluginType {
  return {
    name: "tuning",
    async add(request): Promise<Result> {
      const previous = previousResult(request);
      const { attachment, netns } = request;
      const options = readTuningOptions(request, allowlist);
      const changes = [...sysctlChanges(options.sysctls, netns)];
      if (Object.keys(options.link).length > 0) {
        const state = await network.linkState({ netns, link: attachment.ifname });
        if (state === undefined)
          throw new CniError(7, `CNI_IFNAME "${attachment.ifname}" does not exist in ${netns}`);
        writeBackup(options.dataDir, attachment, state, options.link);
        changes.push({ kind: "set-link", netns, link: attachment.ifname, ...options.link });
      }
      await network.apply(changes);
      return tunedResult(previous, request, options.link);
    },

    async del({ netns, netnsIdentity, attachment, configuration: { raw } }): Promise<void> {
      const dataDir = new Fields(raw).text("dataDir") || "/run/cni/tuning";
      const before = readBackup(dataDir, attachment);
      const place = { netns, link: attachment.ifname };
      const isReachable = netnsIdentity !== undefined;
      if (before !== undefined && isReachable && (await network.linkState(place)) !== undefined)
        await network.apply([{ kind: "set-link", ...place, ...before }]);
      removeBackup(dataDir, attachment);
    },

    async check(request): Promise<void> {
      const { link, sysctls } = readTuningOptions(request, allowlist);
      const { netns, attachment } = request;
      for (const [key, value] of sysctls)
        expectSame(`sysctl ${key}`, await network.sysctl(key, netns), value);
      const state = await network.linkState({ netns, link: attachment.ifname });
      if (state === undefined)
        throw new CniError(102, `link ${attachment.ifname} in ${netns} is missing`);
      checkLink(attachment.ifname, state, link);
    },

    gc: async () => undefined,
    status: async () => undefined,
  };
}

function sysctlChanges(
  sysctls: readonly (readonly [string, string])[],
  netns: string,
): readonly NetworkChange[] {
  return sysctls.map(([key, value]) => ({ kind: "sysctl", netns, key, value }));
}

function tunedResult(
  previous: Result,
  { netns, attachment: { ifname } }: PluginRequest,
  { mac, mtu }: LinkTuning,
): Result {
  const interfaces = previous.interfaces.map((link) =>
    link.name === ifname && link.sandbox === netns
      ? { ...link, ...(mac !== undefined && { mac }), ...(mtu !== undefined && { mtu }) }
      : link,
  );
  return { ...previous, interfaces };
}

function checkLink(name: string, state: LinkState, tuning: LinkTuning): void {
  const { mac, mtu, promiscuous, allMulticast, txQueueLength } = tuning;
  if (mac !== undefined) expectSame(`mac of ${name}`, state.mac, mac);
  if (mtu !== undefined) expectSame(`mtu of ${name}`, state.mtu, mtu);
  if (promiscuous) expectSame(`promisc of ${name}`, state.promiscuous, true);
  if (allMulticast) expectSame(`allmulti of ${name}`, state.allMulticast, true);
  if (txQueueLength !== undefined)
    expectSame(`txQLen of ${name}`, state.txQueueLength, txQueueLength);
}
