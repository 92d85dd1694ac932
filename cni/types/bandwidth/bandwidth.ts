import type { Attachment, NetworkChange, PluginType, Result } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { hostLinkOf, previousResult } from "../chained.ts";
import type { NodeServices } from "../interface-type.ts";
import { ifbName } from "../names.ts";
import { all, staleOwners } from "../owners.ts";
import { type BandwidthOptions, readBandwidth } from "./options.ts";

/** Type `bandwidth`: token buckets on the host's end of the container's link, for either direction. */
export function bandwidth({ network }: NodeServices): PluginType {
  return {
    name: "bandwidth",
    async add(request): Promise<Result> {
      const options = readBandwidth(request);
      const previous = previousResult(request);
      if (options.ingress === undefined && options.egress === undefined) return previous;
      const link = await hostLinkOf(request, network);
      const state = await network.linkState({ link });
      if (state === undefined)
        throw new CniError(7, `prevResult: the host has no link ${link} of this container`);
      await network.apply(planShaping(options, link, request.attachment, state.mtu));
      if (options.egress === undefined) return previous;
      const ifb = ifbName(request.attachment);
      const device = await network.linkState({ link: ifb });
      const mac = device === undefined ? {} : { mac: device.mac };
      return { ...previous, interfaces: [...previous.interfaces, { name: ifb, ...mac }] };
    },
    // What shapes the host's end goes with it.
    del: ({ attachment }) => network.apply([{ kind: "delete", link: ifbName(attachment) }]),
    async check(request): Promise<void> {
      const ifb = ifbName(request.attachment);
      if (readBandwidth(request).egress === undefined) return;
      if ((await network.linkState({ link: ifb })) === undefined)
        throw new CniError(102, `link ${ifb}, which shapes what the container sends, is missing`);
    },
    async gc(request): Promise<void> {
      const stale = await staleOwners(request, network);
      await all(
        stale.map((owner) => () => network.apply([{ kind: "delete", link: ifbName(owner) }])),
      );
    },
    status: async () => undefined,
  };
}

function planShaping(
  { ingress, egress }: BandwidthOptions,
  link: string,
  owner: Attachment,
  mtu: number,
): readonly NetworkChange[] {
  return [
    // What the container receives leaves the host's end.
    ...(ingress === undefined ? [] : [{ kind: "shape", link, rate: ingress } as const]),
    ...(egress === undefined
      ? []
      : [{ kind: "shape-ingress", link, ifb: ifbName(owner), rate: egress, mtu, owner } as const]),
  ];
}
