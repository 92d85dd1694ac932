import { clusterIp, endpointsPerService } from "./mix.ts";

/**
 * Rule sets as other proxies shape them, generated: what they cost the kernel can be measured without them. Both have
 * ClusterIPs alone, and no affinity, no policies, no counters.
 */
export interface RivalShape {
  readonly name: string;
  /** nft commands that make the table with so many Services. */
  load(services: number): string;
  addService(index: number): string;
  /** Replaces one endpoint of a Service. */
  swapEndpoint(index: number, round: number): string;
}

const table = "ip rival";

function head(): string {
  return [
    `table ${table} {`,
    " map service-ips { type ipv4_addr . inet_proto . inet_service : verdict; }",
    " chain mark { meta mark set meta mark or 0x4000",
    " }",
    " chain services { ip daddr . meta l4proto . th dport vmap @service-ips",
    " }",
    " chain prerouting { type nat hook prerouting priority dstnat; policy accept;",
    "  jump services",
    " }",
    " chain output { type nat hook output priority -100; policy accept;",
    "  jump services",
    " }",
    " chain postrouting { type nat hook postrouting priority srcnat; policy accept;",
    "  meta mark & 0x4000 == 0x4000 masquerade fully-random",
    " }",
    "}",
    "",
  ].join("\n");
}

function backend(index: number, position: number): string {
  const pod = index * endpointsPerService + position + 1;
  return `10.${100 + (pod >> 16)}.${(pod >> 8) & 255}.${pod & 255}`;
}

const positions = Array.from({ length: endpointsPerService }, (_, position) => position);

function masquerade(index: number): string {
  return `add rule ${table} svc-${index} ip daddr ${clusterIp(index)} ip saddr != 10.100.0.0/16 jump mark`;
}

function frontend(index: number): string {
  return `add element ${table} service-ips { ${clusterIp(index)} . tcp . 80 : goto svc-${index} }`;
}

/** A chain for each Service and each endpoint. */
export const chainPerEndpoint: RivalShape = {
  name: "chain per endpoint",
  load: (services) =>
    head() + Array.from({ length: services }, (_, i) => chainPerEndpoint.addService(i)).join(""),
  addService: (index) =>
    [
      `add chain ${table} svc-${index}`,
      ...positions.flatMap((position) => endpointChain(index, position, backend(index, position))),
      masquerade(index),
      `add rule ${table} svc-${index} numgen random mod ${positions.length} vmap { ${positions
        .map((position) => `${position} : goto ep-${index}-${position}`)
        .join(", ")} }`,
      frontend(index),
      "",
    ].join("\n"),
  swapEndpoint: (index, round) =>
    [
      `flush chain ${table} ep-${index}-0`,
      ...endpointChain(index, 0, `10.200.${round}.1`).slice(1),
      "",
    ].join("\n"),
};

function endpointChain(index: number, position: number, address: string): readonly string[] {
  const chain = `ep-${index}-${position}`;
  return [
    `add chain ${table} ${chain}`,
    `add rule ${table} ${chain} ip saddr ${address} jump mark`,
    `add rule ${table} ${chain} meta l4proto tcp dnat to ${address}:8080`,
  ];
}

/** A chain for each Service, with its endpoints in a map of its own. */
export const mapPerService: RivalShape = {
  name: "map per service",
  load: (services) =>
    head() + Array.from({ length: services }, (_, i) => mapPerService.addService(i)).join(""),
  addService: (index) =>
    [
      `add chain ${table} svc-${index}`,
      masquerade(index),
      balance(index, (position) => backend(index, position)),
      frontend(index),
      "",
    ].join("\n"),
  swapEndpoint: (index, round) =>
    [
      `flush chain ${table} svc-${index}`,
      masquerade(index),
      balance(index, (position) =>
        position === 0 ? `10.200.${round}.1` : backend(index, position),
      ),
      "",
    ].join("\n"),
};

function balance(index: number, addressOf: (position: number) => string): string {
  const elements = positions.map((position) => `${position} : ${addressOf(position)} . 8080`);
  return `add rule ${table} svc-${index} meta l4proto tcp dnat ip to numgen random mod ${positions.length} map { ${elements.join(", ")} }`;
}
