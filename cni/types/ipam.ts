import type { Host, PluginRequest, PluginType, Result } from "../contract.ts";
import { CniError } from "../errors.ts";
import { hostLocal } from "../ipam/host-local.ts";
import { Fields } from "../json.ts";
import { delegate } from "./delegate.ts";

/** Who gives the addresses that `ipam.type` asks for: ourselves, or a program in CNI_PATH. */
export interface AddressManager extends PluginType {
  /**
   * ADD for an interface that is known not to exist yet: a lease that it has all the same is left from an ADD that
   * was killed, and is given back first.
   */
  addNew(request: PluginRequest): Promise<Result>;
}

/** Undefined where the configuration has no ipam: the interface gets no address. */
export function addressManager(request: PluginRequest, host: Host): AddressManager | undefined {
  const type = new Fields(request.configuration.raw).child("ipam")?.text("type");
  if (!type) return undefined;
  if (type !== "host-local") {
    const other = delegate(type);
    return { ...other, addNew: other.add };
  }
  const own = hostLocal(host);
  return { ...own, addNew: (call) => addAnew(own, call) };
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
