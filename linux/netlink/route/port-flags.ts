import type { NetlinkWriter } from "../writer.ts";
import { IFLA_BRPORT } from "./abi.ts";
import type { BridgePort } from "./contract.ts";

export const portAttributes = {
  hairpin: IFLA_BRPORT.MODE,
  isolated: IFLA_BRPORT.ISOLATED,
  learning: IFLA_BRPORT.LEARNING,
  unicastFlood: IFLA_BRPORT.UNICAST_FLOOD,
  neighbourSuppression: IFLA_BRPORT.NEIGH_SUPPRESS,
} as const satisfies Record<keyof BridgePort, number>;

const names = Object.keys(portAttributes) as (keyof BridgePort)[]; // The keys are those of the line above.

/** What is given of a port's flags. */
export function writePortFlags(writer: NetlinkWriter, port: BridgePort): void {
  for (const name of names) {
    const value = port[name];
    if (value !== undefined) writer.u8(portAttributes[name], Number(value));
  }
}
