import { openRoute } from "#linux/netlink/route/socket.ts";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import { localHost } from "../plugin/host.ts";
import { leaseDirsOf } from "./configurations.ts";
import type { NodeSurvey, SurveyOptions } from "./contract.ts";
import { surveyLeases } from "./leases.ts";
import { surveyLinks } from "./links.ts";
import { surveyNamespaces } from "./namespaces.ts";
import { surveyPending } from "./pending.ts";
import { surveyRules } from "./rules.ts";
import { surveyRuntimeCache } from "./runtime-cache.ts";

/**
 * Reads all there is of pods' networks on this node. It holds no lock: what an ADD or DEL does meanwhile may show half.
 * @throws FairleadError for what cannot be read
 */
export async function surveyNode(options: SurveyOptions): Promise<NodeSurvey> {
  const { namespacePath, confDir } = options;
  const where = namespacePath === undefined ? {} : { namespacePath };
  const own = localHost.netnsIdentity(namespacePath ?? "/proc/self/ns/net");
  const leaseDirs = [...options.leaseDirs, ...leaseDirsOf(confDir)];
  const nft = openNftables(where);
  try {
    const networks = [...new Set(leaseDirs)].flatMap(surveyLeases);
    const rules = await surveyRules(nft);
    const route = openRoute(where);
    try {
      return {
        takenMs: Date.now(),
        bootId: localHost.bootId(),
        networks,
        runtimeCache: surveyRuntimeCache(options.runtimeCacheDir),
        namespaces: surveyNamespaces(route, own),
        ...surveyLinks(route),
        rules,
        pending: surveyPending(options.pendingDir),
      };
    } finally {
      route.close();
    }
  } finally {
    await nft.close();
  }
}
