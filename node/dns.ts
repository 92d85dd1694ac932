/** The DNS server of a node: over the node's own watches, on the address that its pods ask. */

import type { ClusterState } from "#cluster/contract.ts";
import type { ClusterStateOptions } from "#dns/contract.ts";
import { NodeLocal } from "#dns/nodelocal/node-local.ts";
import { type DnsDaemon, startDnsDaemon } from "#dns/server/daemon.ts";
import { openRoute } from "#linux/netlink/route/socket.ts";
import { aborted } from "#observe/aborted.ts";
import type { NodeDnsOptions, NodeOptions } from "./contract.ts";

type DnsOptions = NodeDnsOptions & Pick<NodeOptions, "nft" | "logger" | "stopping">;

interface States {
  /** As the API server says it. */
  readonly listed: ClusterState;
  /** What DNS may show. */
  readonly shown: ClusterState;
}

/** The Service that kubelets name as the cluster's DNS. */
const clusterDns = { namespace: "kube-system", name: "kube-dns" } as const;

/**
 * Serves until the process is to end.
 * @param onServing called when the listeners are open
 * @throws what is wrong with the Corefile, or an address that cannot be had
 */
export async function serveNodeDns(
  options: DnsOptions,
  states: States,
  onServing: () => void,
): Promise<void> {
  const { logger, stopping, nft } = options;
  const addresses = await addressesOf(options, states.listed);
  if (stopping.aborted) return;
  const route = openRoute({});
  const local =
    addresses.length === 0 ? undefined : new NodeLocal(addresses, { route, nft, logger });
  const failure = Promise.withResolvers<never>();
  try {
    const daemon = await startDnsDaemon({
      ...options,
      ...(local === undefined ? {} : { hosts: addresses }),
      onFailure: failure.reject,
      clusterState: (wanted) => stateFor(wanted, states.shown, options),
    });
    try {
      await local?.serve(listenersAt(daemon, addresses, options));
      onServing();
      await Promise.race([aborted(stopping), failure.promise]);
    } finally {
      // Queries go elsewhere before nobody answers them here.
      await local?.leave();
      await daemon.stop();
    }
  } finally {
    local?.release();
    route.close();
  }
}

/** Waits for the list of Services where they say it. */
async function addressesOf(
  { localAddresses, logger, stopping }: DnsOptions,
  state: ClusterState,
): Promise<readonly string[]> {
  if (localAddresses !== "cluster-dns") return localAddresses;
  const { namespace, name } = clusterDns;
  await Promise.race([new Promise<void>((resolve) => state.onSynced(resolve)), aborted(stopping)]);
  const { clusterIPs = [] } = state.services.get(namespace, name) ?? {};
  if (clusterIPs.length === 0 && !stopping.aborted)
    logger.warn({}, `no Service ${namespace}/${name}: DNS listens where the Corefile says`);
  return clusterIPs;
}

function listenersAt(
  { listeners }: DnsDaemon,
  addresses: readonly string[],
  { logger }: DnsOptions,
) {
  for (const { server, udp } of listeners)
    logger.info({}, `DNS: ${server} on ${udp.address} port ${udp.port}`);
  const local = listeners
    .map(({ udp: { address, port } }) => ({ address, port }))
    .filter(({ address }) => addresses.includes(address));
  if (addresses.length > 0 && local.length === 0)
    logger.warn(
      { addresses },
      "the Corefile binds to other addresses: pods still ask the cluster's DNS pods",
    );
  return local;
}

function stateFor(
  { kinds, ...rest }: ClusterStateOptions,
  shown: ClusterState,
  { logger }: DnsOptions,
): ClusterState | undefined {
  // What the node watches anyway: every Service, slice and namespace.
  const isPlain = !kinds.includes("Pod") && Object.values(rest).every((it) => it === undefined);
  if (isPlain) return shown;
  logger.warn(
    {},
    "the Corefile's kubernetes directive asks for a connection of its own: its names do not wait for the datapath",
  );
  return undefined;
}
