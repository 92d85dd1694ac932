import type { PluginRequest, PluginType } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { Fields } from "../../json.ts";
import { checkMasqueradeBackend, readMtu } from "../bridge/options.ts";
import { checkContainerLink, checkRules } from "../check-link.ts";
import { interfaceType, type NodeServices } from "../interface-type.ts";
import { requestedMac } from "../mac.ts";
import { hostLinkName } from "../names.ts";
import { type PtpOptions, planPtp } from "./plan.ts";

/** Type `ptp`: a veth whose two ends are routed to, with no bridge. */
export function ptp(services: NodeServices): PluginType {
  const { network } = services;
  return interfaceType(
    {
      name: "ptp",
      ruleKinds: ["masquerade"],
      validate(request): void {
        optionsOf(request);
        requestedMac(request);
      },
      async plan(request, leased) {
        if (leased === undefined) throw new CniError(7, "ipam: ptp needs addresses");
        const { attachment, netns, configuration } = request;
        const mac = requestedMac(request);
        return planPtp(optionsOf(request), {
          attachment,
          netns,
          mac,
          leased,
          dns: configuration.dns,
        });
      },
      async check(request, previous): Promise<void> {
        const container = await checkContainerLink(request, previous, network);
        const host = container.peer ?? hostLinkName(request.attachment);
        if ((await network.linkState({ link: host })) === undefined)
          throw new CniError(102, `link ${host} on the host is missing`);
        if (optionsOf(request).ipMasq) await checkRules(request, "masquerade", network);
      },
    },
    services,
  );
}

function optionsOf({ configuration: { raw } }: PluginRequest): PtpOptions {
  const fields = new Fields(raw);
  checkMasqueradeBackend(fields);
  return {
    ipMasq: fields.flag("ipMasq") ?? false,
    ipMasqExclude: fields.texts("ipMasqExclude") ?? [],
    mtu: readMtu(fields),
  };
}
