import { networkInterfaces } from "node:os";
import type { ClusterState } from "#cluster/contract.ts";
import { aborted } from "#observe/aborted.ts";
import type { Logger } from "#observe/contract.ts";
import type { ClusterStateOptions, Plugin, PluginInstance, SetupContext } from "../../contract.ts";
import { CorefileError } from "../../corefile/errors.ts";
import { foldName, isSubdomain, nameToWire } from "../../wire/name.ts";
import type { KubernetesOptions } from "./contract.ts";
import { KubernetesHandler } from "./handler.ts";
import { keptAnswers } from "./kept-answers.ts";
import { readKubernetesOptions } from "./options.ts";
import { Resolver } from "./resolve.ts";
import { isReverseZone } from "./zones.ts";

const NAME = "kubernetes";
const WAITING_LOG_MS = 500;

/** Services and pods of a Kubernetes cluster as DNS names. */
export const plugin: Plugin = {
  name: NAME,
  setup([directive], context) {
    if (directive === undefined) throw new RangeError("setup needs a directive");
    const options = readKubernetesOptions(directive, context.zones);
    if (options.connection.kubeconfig !== undefined && options.connection.endpoint !== undefined) {
      throw new CorefileError(
        "FL-D012",
        directive.position,
        "endpoint and kubeconfig exclude each other; give one of them",
      );
    }
    return configure(options, context);
  },
};

function configure(options: KubernetesOptions, context: SetupContext): PluginInstance {
  const state = context.shared.clusterState(stateOptions(options));
  const { readyStaleMs = Number.POSITIVE_INFINITY } = options;
  const { table, publisher } = keptAnswers(state, options, context);
  const resolver = new Resolver({
    state,
    options,
    published: publisher,
    localAddresses: listenAddresses(context),
  });
  return {
    name: NAME,
    handler: new KubernetesHandler({
      state,
      options,
      resolver,
      serial: () => table.serial,
      lookup: context.shared.lookup,
    }),
    fastPath: {
      kind: "answers",
      source: {
        table: table.buffer,
        knows: (name) => table.has(nameToWire(foldName(name))),
        zones: options.zones.map((zone) => compiledZone(zone, options)),
      },
    },
    ready: () => state.hasSynced() && state.staleForMs() <= readyStaleMs,
    async start(givenUp) {
      if (await isSyncedWithin(state, context.logger, options.startupTimeoutMs, givenUp)) return;
      context.logger.warn(
        { plugin: NAME },
        "starting the server before the Kubernetes API has been listed: what is missing is answered SERVFAIL",
      );
    },
  };
}

/** True as well when the start is given up meanwhile. Says now and then what it waits for. */
async function isSyncedWithin(
  state: ClusterState,
  logger: Logger,
  timeoutMs: number,
  givenUp: AbortSignal | undefined,
): Promise<boolean> {
  const reminder = setInterval(
    () =>
      logger.info({ plugin: NAME }, "waiting for the Kubernetes API before starting the server"),
    WAITING_LOG_MS,
  );
  const timeLeft = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => timeLeft.resolve(false), timeoutMs);
  try {
    return await Promise.race([
      timeLeft.promise,
      new Promise<boolean>((resolve) => state.onSynced(() => resolve(true))),
      ...(givenUp === undefined ? [] : [aborted(givenUp).then(() => true)]),
    ]);
  } finally {
    clearInterval(reminder);
    clearTimeout(timer);
  }
}

function compiledZone(name: string, options: KubernetesOptions) {
  // A miss falls through when it lies in a fallthrough zone; whole zones are told apart here, the rest is deferred.
  const related =
    options.fallthrough?.some((zone) => isSubdomain(name, zone) || isSubdomain(zone, name)) ??
    false;
  return {
    name,
    negativeTtlSeconds: options.ttlSeconds,
    missing: related ? ("defer" as const) : ("nxdomain" as const),
    deferPods: options.pods !== "disabled" && !isReverseZone(name),
  };
}

function stateOptions(options: KubernetesOptions): ClusterStateOptions {
  const kinds: ClusterStateOptions["kinds"] = [
    "Service",
    "Namespace",
    ...(options.noEndpoints ? [] : (["EndpointSlice"] as const)),
    ...(options.pods === "verified" ? (["Pod"] as const) : []),
  ];
  const { labelSelector, namespaceLabelSelector } = options;
  return {
    ...options.connection,
    ...(labelSelector === undefined ? {} : { labelSelector }),
    ...(namespaceLabelSelector === undefined ? {} : { namespaceLabelSelector }),
    kinds,
  };
}

/** Addresses of this machine that the block listens on, but loopback ones: nobody else could ask a server there. */
function listenAddresses({ served }: SetupContext): readonly string[] {
  const hosts = new Set(served.map(({ host }) => host));
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all
    .filter(({ internal, address }) => !internal && (hosts.has("") || hosts.has(address)))
    .map(({ address }) => address);
}
