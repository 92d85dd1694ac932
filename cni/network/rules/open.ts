import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import { hostLinkName } from "../../types/names.ts";
import { parseOwnerName } from "../owner-name.ts";
import { kernelUdpFlows } from "./flows.ts";
import { RuleKeeper } from "./rule-keeper.ts";

/** Rules in the kernel of the host's namespace. */
export function openRules(
  namespacePath: string | undefined,
  host: RouteSocket,
  livesOn: boolean,
): RuleKeeper {
  const isOwnAddress = (address: string): boolean =>
    host.addresses().some((own) => own.address.split("/")[0] === address);
  return new RuleKeeper({
    nft: openNftables({
      by: livesOn ? "pool" : "caller",
      ...(namespacePath !== undefined && { namespacePath }),
    }),
    flows: kernelUdpFlows(namespacePath, isOwnAddress),
    isAlive: (name) => {
      const owner = parseOwnerName(name);
      return owner !== undefined && host.link(hostLinkName(owner)) !== undefined;
    },
  });
}
