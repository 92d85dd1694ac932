import type { Attachment, Host, PluginRequest, PluginType, Result } from "../contract.ts";
import { CniError } from "../errors.ts";
import { hostLocal, leasedOwners } from "../ipam/host-local.ts";
import { Fields } from "../json.ts";
import { delegate } from "./delegate.ts";

/** Who gives the addresses that `ipam.type` asks for: ourselves, or a program in CNI_PATH. */
export interface AddressManager extends PluginType {
  /**
   * ADD for an interface that is known not to exist yet: a lease that it has all the same is left from an ADD that
   * was killed, and is given back first.
   */
  addNew(request: PluginRequest): Promise<Result>;
  /** Who has leases in the network; none where another program keeps them. */
  owners(request: PluginRequest): Promise<readonly Attachment[]>;
}

/** Undefined where the configuration has no ipam: the interface gets no address. */
export function addressManager(request: PluginRequest, host: Host): AddressManager | undefined {
  if (request.command === "DEL") return freeing(request, host);
  const type = typeOf(request);
  if (!type) return undefined;
  return type === "host-local" ? ownManager(host) : otherManager(type);
}

const typeOf = ({ configuration: { raw } }: PluginRequest): string | undefined =>
  new Fields(raw).child("ipam")?.text("type");

function ownManager(host: Host): AddressManager {
  const own = hostLocal(host);
  return {
    ...own,
    addNew: (call) => addAnew(own, call),
    async owners(call): Promise<readonly Attachment[]> {
      const { network } = call.attachment;
      return (await leasedOwners(call, host)).map(({ containerId, ifname }) => {
        return { network, containerId, ifname };
      });
    },
  };
}

function otherManager(type: string): AddressManager {
  const other = delegate(type);
  return { ...other, addNew: other.add, owners: async () => [] };
}

/**
 * For DEL: also where `ipam` has gone since ADD, or its type cannot be read, the leases of this node are looked through.
 * What fails says that the address is left.
 */
function freeing(request: PluginRequest, host: Host): AddressManager {
  const type = typeUnlessUnreadable(request) || "host-local";
  const manager = type === "host-local" ? ownManager(host) : otherManager(type);
  return {
    ...manager,
    async del(call): Promise<void> {
      try {
        await manager.del(call);
      } catch (error) {
        if (!(error instanceof CniError) || error.cniCode !== 7) throw error;
        const { containerId, ifname } = call.attachment;
        const left = `the address of container ${containerId} and its ${ifname} is not freed, all else is removed`;
        throw new CniError(7, error.message, left, { cause: error });
      }
    },
  };
}

function typeUnlessUnreadable(request: PluginRequest): string | undefined {
  try {
    return typeOf(request);
  } catch {
    return undefined;
  }
}

async function addAnew(own: PluginType, request: PluginRequest): Promise<Result> {
  try {
    return await own.add(request);
  } catch (error) {
    if (!(error instanceof CniError) || error.cniCode !== 101) throw error;
    await own.del(request);
    return own.add(request);
  }
}
