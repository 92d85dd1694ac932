import type {
  Host,
  NodeNetwork,
  OwnedRules,
  PluginRequest,
  PluginType,
  Result,
} from "../contract.ts";
import { CniError } from "../errors.ts";
import { type AddressManager, addressManager } from "./ipam.ts";
import { hostLinkName, ifbName } from "./names.ts";
import { all, allAtOnce, staleOwners } from "./owners.ts";

export interface NodeServices {
  readonly host: Host;
  readonly network: NodeNetwork;
}

/** A type that makes the container's interface: what differs between them. */
export interface InterfaceMaker {
  readonly name: string;
  /** Rules that its plans may set, which DEL and GC remove. */
  readonly ruleKinds: readonly OwnedRules["kind"][];
  /** @throws CniError for options at fault, before anything is done */
  validate(request: PluginRequest): void;
  /** The whole ADD once addresses are leased; done by the caller. */
  plan(request: PluginRequest, leased: Result | undefined): Promise<InterfacePlan>;
  /** @throws CniError 102 naming what differs */
  check(request: PluginRequest, previous: Result): Promise<void>;
}

export interface InterfacePlan {
  readonly changes: Parameters<NodeNetwork["apply"]>[0];
  readonly rules: readonly OwnedRules[];
  readonly result: Result;
}

/** The five commands around one maker of interfaces: addresses first, links, rules; in reverse when it fails. */
export function interfaceType(maker: InterfaceMaker, services: NodeServices): PluginType {
  const { host, network } = services;
  const addresses = (request: PluginRequest) => addressManager(request, host);

  const remove = async (request: PluginRequest): Promise<void> => {
    await all([
      // The address is another's only when nobody can use it any more.
      () =>
        allAtOnce([
          removeLinks(request, services),
          network.removeRules(request.attachment, maker.ruleKinds),
        ]),
      () => addresses(request)?.del(request),
    ]);
  };

  return {
    name: maker.name,

    async add(request): Promise<Result> {
      maker.validate(request);
      await refuseExisting(request, network);
      const manager = addresses(request);
      const leased = await manager?.addNew(request);
      try {
        if (leased?.ips.length === 0)
          throw new CniError(7, "ipam: the IPAM plugin gave no address");
        const { changes, rules, result } = await maker.plan(request, leased);
        const ruled = network.setRules(request.attachment, rules);
        await allAtOnce([network.apply(changes), ruled]);
        return await completed(result, network);
      } catch (error) {
        await undo(request, manager, network, maker.ruleKinds);
        throw error;
      }
    },

    del: remove,

    async check(request): Promise<void> {
      const previous = request.configuration.prevResult;
      if (previous === undefined) throw new CniError(7, "prevResult: Required prevResult missing");
      await addresses(request)?.check(request);
      await maker.check(request, previous);
    },

    async gc(request): Promise<void> {
      const manager = addresses(request);
      // An ADD that was killed may have left a link before it could name its owner: the lease names it.
      const stale = await staleOwners(request, network, await manager?.owners(request));
      await all([
        ...stale.flatMap((owner) => [
          () => network.removeRules(owner, maker.ruleKinds),
          ...[hostLinkName(owner), ifbName(owner)].map(
            (link) => () => network.apply([{ kind: "delete", link }]),
          ),
        ]),
        () => manager?.gc(request),
      ]);
    },

    async status(request): Promise<void> {
      maker.validate(request);
      await addresses(request)?.status(request);
    },
  };
}

async function removeLinks(
  { attachment, netns, netnsIdentity }: PluginRequest,
  { network }: NodeServices,
): Promise<void> {
  const link = hostLinkName(attachment);
  const isOurs = await network.hasLink({ link });
  await network.apply([{ kind: "delete", link }]);
  // The container's end went with it. The reference plugin's links have other names on the host.
  if (isOurs || netnsIdentity === undefined) return;
  await network.apply([{ kind: "delete", netns, link: attachment.ifname }]);
}

async function refuseExisting(
  { netns, attachment: { ifname } }: PluginRequest,
  network: NodeNetwork,
): Promise<void> {
  if (!(await network.hasLink({ netns, link: ifname }))) return;
  throw new CniError(4, `CNI_IFNAME "${ifname}" already exists in ${netns}`);
}

/** Whatever went wrong is told; what undoing it meets besides is not. */
async function undo(
  { attachment, ...rest }: PluginRequest,
  manager: AddressManager | undefined,
  network: NodeNetwork,
  ruleKinds: InterfaceMaker["ruleKinds"],
): Promise<void> {
  await all([
    // The container's end goes with it.
    () => network.apply([{ kind: "delete", link: hostLinkName(attachment) }]),
    () => network.removeRules(attachment, ruleKinds),
    () => manager?.del({ ...rest, attachment, command: "DEL" }),
  ]).catch(() => undefined);
}

/** The result with the links as the kernel has made them. */
async function completed(result: Result, network: NodeNetwork): Promise<Result> {
  const interfaces = await Promise.all(
    result.interfaces.map(async (link) => {
      const netns = link.sandbox === undefined ? {} : { netns: link.sandbox };
      return { ...link, ...(await network.linkFacts({ link: link.name, ...netns })) };
    }),
  );
  return { ...result, interfaces };
}
