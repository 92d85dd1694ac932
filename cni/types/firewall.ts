import type { OwnedRules, PluginRequest, PluginType, Result } from "../contract.ts";
import { Fields } from "../json.ts";
import { containerIps, rulesType } from "./chained.ts";
import type { NodeServices } from "./interface-type.ts";

const backends = ["", "iptables", "nftables", "firewalld"];

/** Type `firewall`: what of others' rules may keep out is let in to the container, by its ingress policy. */
export function firewall(services: NodeServices): PluginType {
  return rulesType("firewall", "admission", services, planAdmission);
}

/** @throws CniError 7 naming the key and the value at fault */
function planAdmission(request: PluginRequest, previous: Result): OwnedRules | undefined {
  const fields = new Fields(request.configuration.raw);
  const backend = fields.text("backend") ?? "";
  if (!backends.includes(backend))
    throw fields.fault(
      "backend",
      `unrecognized "${backend}"; there are ${backends.join(" ").trim()}`,
    );
  const policy = fields.text("ingressPolicy") || "open";
  if (policy !== "open" && policy !== "same-bridge" && policy !== "isolated")
    throw fields.fault(
      "ingressPolicy",
      `unrecognized "${policy}"; there are open, same-bridge, isolated`,
    );
  const addresses = containerIps(previous).map(({ address }) => address);
  if (addresses.length === 0) return undefined;
  const bridge = previous.interfaces.find(({ sandbox }) => !sandbox)?.name;
  if (policy === "open") return { kind: "admission", policy, addresses };
  if (bridge === undefined)
    throw fields.fault("ingressPolicy", `"${policy}" needs a bridge in prevResult.interfaces`);
  return { kind: "admission", policy, addresses, bridge };
}
