import type {
  NodeNetwork,
  OwnedRules,
  PluginRequest,
  PluginType,
  Result,
  ResultIp,
} from "../contract.ts";
import { CniError } from "../errors.ts";
import type { NodeServices } from "./interface-type.ts";
import { hostLinkName } from "./names.ts";
import { all, staleOwners } from "./owners.ts";

/** @throws CniError 7 for a plugin that stands first in its list */
export function previousResult({ configuration: { prevResult, type } }: PluginRequest): Result {
  if (prevResult !== undefined) return prevResult;
  throw new CniError(
    7,
    `prevResult: Required prevResult missing; ${type} must be called as chained plugin, after one that makes an interface`,
  );
}

/** The container's addresses: those of its links, and those that name none. */
export function containerIps({ ips, interfaces }: Result): readonly ResultIp[] {
  return ips.filter(({ interface: index }) => index === undefined || interfaces[index]?.sandbox);
}

/** The host's end of the container's veth, whoever made it. */
export async function hostLinkOf(
  { netns, attachment }: PluginRequest,
  network: NodeNetwork,
): Promise<string> {
  const state = await network.linkState({ netns, link: attachment.ifname });
  return state?.peer ?? hostLinkName(attachment);
}

/** A chained type whose whole work is rules of one kind; without any for this container it does nothing. */
export function rulesType(
  name: string,
  kind: OwnedRules["kind"],
  { network }: NodeServices,
  plan: (request: PluginRequest, previous: Result) => OwnedRules | undefined,
  prepare: (request: PluginRequest, rules: OwnedRules) => Promise<void> = async () => undefined,
): PluginType {
  return {
    name,
    async add(request): Promise<Result> {
      const previous = previousResult(request);
      const rules = plan(request, previous);
      if (rules === undefined) return previous;
      await prepare(request, rules);
      await network.setRules(request.attachment, [rules]);
      return previous;
    },
    del: ({ attachment }) => network.removeRules(attachment, [kind]),
    async check(request): Promise<void> {
      if (plan(request, previousResult(request)) === undefined) return;
      if (await network.hasRules(request.attachment, kind)) return;
      throw new CniError(102, `the ${kind} rules of ${request.attachment.containerId} are missing`);
    },
    async gc(request): Promise<void> {
      const stale = await staleOwners(request, network);
      await all(stale.map((owner) => () => network.removeRules(owner, [kind])));
    },
    status: async () => undefined,
  };
}
