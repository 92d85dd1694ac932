import type { LinkState, NodeNetwork, PluginRequest, Result, ResultRoute } from "../contract.ts";
import { CniError } from "../errors.ts";

/** @throws CniError 102 */
export function expectSame(what: string, found: unknown, expected: unknown): void {
  if (found !== expected)
    throw new CniError(102, `${what} is ${String(found)}, not ${String(expected)}`);
}

/**
 * The container's link as prevResult has it: present, with that hardware address, those addresses and routes.
 * @throws CniError 102 naming the first thing that is not
 */
export async function checkContainerLink(
  { netns, attachment: { ifname } }: PluginRequest,
  previous: Result,
  network: NodeNetwork,
): Promise<LinkState> {
  const where = `${ifname} in ${netns}`;
  const state = await network.linkState({ netns, link: ifname });
  if (state === undefined) throw new CniError(102, `link ${where} is missing`);
  const index = previous.interfaces.findIndex((link) => link.sandbox && link.name === ifname);
  const mac = previous.interfaces[index]?.mac;
  if (mac !== undefined) expectSame(`hardware address of ${where}`, state.mac, mac);
  for (const ip of previous.ips)
    if (
      (ip.interface === undefined || ip.interface === index) &&
      !state.addresses.includes(ip.address)
    )
      throw new CniError(102, `address ${ip.address} is missing on ${where}`);
  for (const route of previous.routes)
    if (!state.routes.some((present) => isRoute(present, route)))
      throw new CniError(102, `route ${route.dst} is missing on ${where}`);
  return state;
}

/** Whoever wrote the result may have left the gateway to be understood. */
function isRoute(present: ResultRoute, expected: ResultRoute): boolean {
  return present.dst === expected.dst && (expected.gw === undefined || present.gw === expected.gw);
}

/** @throws CniError 102 */
export async function checkRules(
  { attachment }: PluginRequest,
  kind: "masquerade" | "anti-spoof" | "host-ports" | "admission",
  network: NodeNetwork,
): Promise<void> {
  if (await network.hasRules(attachment, kind)) return;
  throw new CniError(102, `the ${kind} rules of ${attachment.containerId} are missing`);
}
