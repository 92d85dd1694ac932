import type {
  Attachment,
  Dns,
  NetworkChange,
  Result,
  ResultIp,
  ResultRoute,
} from "../../contract.ts";
import { containerLinkChanges, forwardingChanges } from "../container-link.ts";
import { familyOf, networkOf, routesThroughGateways, withGateway } from "../gateway.ts";
import type { InterfacePlan } from "../interface-type.ts";
import { containerMac, hostLinkName, hostMac } from "../names.ts";

export interface PtpOptions {
  readonly ipMasq: boolean;
  readonly ipMasqExclude: readonly string[];
  readonly mtu: number | undefined;
}

export interface PtpSituation {
  readonly attachment: Attachment;
  readonly netns: string;
  readonly mac: string | undefined;
  readonly leased: Result;
  readonly dns: Dns | undefined;
}

/**
 * The container reaches its gateway over the link alone, and its subnet through the gateway; the host has the gateway's
 * address on each veth and a route to each container.
 */
export function planPtp(options: PtpOptions, situation: PtpSituation): InterfacePlan {
  const { attachment, netns, leased } = situation;
  const link = attachment.ifname;
  const host = hostLinkName(attachment);
  const mac = situation.mac ?? containerMac(attachment);
  const ips = leased.ips.map(withGateway);
  const routes = [...ips.flatMap(routesToGateway), ...routesThroughGateways(leased.routes, ips)];
  const addresses = ips.map(({ address }) => address);
  const hasDns = situation.dns !== undefined && Object.keys(situation.dns).length > 0;
  return {
    changes: [
      {
        kind: "veth",
        host: { name: host, mac: hostMac(attachment) },
        container: { netns, name: link, mac },
        ...(options.mtu !== undefined && { mtu: options.mtu }),
        owner: attachment,
      },
      ...ips.flatMap((ip) => hostAddress(host, ip)),
      { kind: "up", link: host },
      ...ips.map(({ address }) => routeToContainer(host, address)),
      ...containerLinkChanges({
        netns,
        link,
        ips,
        routes,
        duplicateDetection: false,
        noPrefixRoute: true,
      }),
      ...forwardingChanges(ips),
    ],
    rules: options.ipMasq
      ? [
          {
            kind: "masquerade",
            addresses,
            exclude: [...addresses.map(networkOf), ...options.ipMasqExclude],
          },
        ]
      : [],
    result: {
      interfaces: [
        { name: host, mac: hostMac(attachment) },
        { name: link, mac, sandbox: netns },
      ],
      ips: ips.map((ip) => ({ ...ip, interface: 1 })),
      routes: leased.routes,
      dns: hasDns ? (situation.dns ?? {}) : leased.dns,
    },
  };
}

const hostPrefix = (address: string): string => {
  const [plain = ""] = address.split("/");
  return `${plain}/${familyOf(plain) === 4 ? 32 : 128}`;
};

/** Over the link, then the subnet through it: no neighbour is asked for that is not there. */
function routesToGateway({ address, gateway }: ResultIp & { gateway: string }): ResultRoute[] {
  return [
    { dst: hostPrefix(gateway), scope: LINK_SCOPE },
    { dst: networkOf(address), gw: gateway },
  ];
}

const LINK_SCOPE = 253;

function hostAddress(link: string, { gateway }: { readonly gateway: string }): NetworkChange[] {
  const address = hostPrefix(gateway);
  return [{ kind: "address", link, address, noPrefixRoute: false, duplicateDetection: false }];
}

function routeToContainer(link: string, address: string): NetworkChange {
  return { kind: "route", link, dst: hostPrefix(address), scope: LINK_SCOPE };
}
