/**
 * Rule sets as other proxies shape them, generated: what they cost the kernel can be measured without them. Both have
 * ClusterIPs alone, and no affinity, no policies, no counters.
 */
import type { RivalShape } from "../contract.ts";
import { clusterIp, endpointsPerService } from "./mix.ts";

const table = "ip rival";

const head = `table ${table} {
 map service-ips { type ipv4_addr . inet_proto . inet_service : verdict; }
 chain to-masquerade { meta mark set meta mark or 0x4000
 }
 chain services { ip daddr . meta l4proto . th dport vmap @service-ips
 }
 chain prerouting { type nat hook prerouting priority dstnat; policy accept;
  jump services
 }
 chain output { type nat hook output priority -100; policy accept;
  jump services
 }
 chain postrouting { type nat hook postrouting priority srcnat; policy accept;
  meta mark & 0x4000 == 0x4000 masquerade fully-random
 }
}
`;

/** A chain for each Service and each endpoint. */
export const chainPerEndpoint: RivalShape = {
  name: "chain per endpoint",
  load: (services) => loadOf(chainPerEndpoint, services),
  addService: (index) =>
    lines(
      `add chain ${table} svc-${index}`,
      ...positions().flatMap((position) => addEndpoint(index, position, backend(index, position))),
      ...dispatch(index, endpointsPerService),
      frontend("add", index),
    ),
  removeService: (index) =>
    lines(
      frontend("delete", index),
      ...removeChain(`svc-${index}`),
      ...positions().flatMap((position) => removeChain(endpointChain(index, position))),
    ),
  swapEndpoint: (index, round) =>
    lines(
      `flush chain ${table} ${endpointChain(index, 0)}`,
      ...addEndpoint(index, 0, elsewhere(round)).slice(1),
    ),
  resize: (index, from, to) =>
    lines(
      `flush chain ${table} svc-${index}`,
      ...positions(from, to).flatMap((at) => addEndpoint(index, at, backend(index, at))),
      ...dispatch(index, to),
      ...positions(to, from).flatMap((at) => removeChain(endpointChain(index, at))),
    ),
};

/** A chain for each Service, with its endpoints in a map of its own. */
export const mapPerService: RivalShape = {
  name: "map per service",
  load: (services) => loadOf(mapPerService, services),
  addService: (index) =>
    lines(
      `add chain ${table} svc-${index}`,
      ...balance(
        index,
        positions().map((position) => backend(index, position)),
      ),
      frontend("add", index),
    ),
  removeService: (index) => lines(frontend("delete", index), ...removeChain(`svc-${index}`)),
  swapEndpoint: (index, round) =>
    lines(
      `flush chain ${table} svc-${index}`,
      ...balance(index, [
        elsewhere(round),
        ...positions(1).map((position) => backend(index, position)),
      ]),
    ),
  resize: (index, _, to) =>
    lines(
      `flush chain ${table} svc-${index}`,
      ...balance(
        index,
        positions(0, to).map((position) => backend(index, position)),
      ),
    ),
};

function loadOf(shape: RivalShape, services: number): string {
  return head + Array.from({ length: services }, (_, index) => shape.addService(index)).join("");
}

function lines(...commands: readonly string[]): string {
  return `${commands.join("\n")}\n`;
}

function positions(from = 0, to = endpointsPerService): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

function backend(index: number, position: number): string {
  const pod = index * endpointsPerService + position + 1;
  return `10.${100 + (pod >> 16)}.${(pod >> 8) & 255}.${pod & 255}`;
}

function elsewhere(round: number): string {
  return `10.200.${(round >> 8) & 255}.${round & 255}`;
}

function frontend(action: "add" | "delete", index: number): string {
  const key = `${clusterIp(index)} . tcp . 80`;
  const verdict = action === "add" ? ` : goto svc-${index}` : "";
  return `${action} element ${table} service-ips { ${key}${verdict} }`;
}

function masquerade(index: number): string {
  return `add rule ${table} svc-${index} ip daddr ${clusterIp(index)} ip saddr != 10.100.0.0/14 jump to-masquerade`;
}

function removeChain(name: string): readonly string[] {
  return [`flush chain ${table} ${name}`, `delete chain ${table} ${name}`];
}

const endpointChain = (index: number, position: number): string => `ep-${index}-${position}`;

function addEndpoint(index: number, position: number, address: string): readonly string[] {
  const chain = endpointChain(index, position);
  return [
    `add chain ${table} ${chain}`,
    `add rule ${table} ${chain} ip saddr ${address} jump to-masquerade`,
    `add rule ${table} ${chain} meta l4proto tcp dnat to ${address}:8080`,
  ];
}

function dispatch(index: number, endpoints: number): readonly string[] {
  const verdicts = positions(0, endpoints).map((at) => `${at} : goto ${endpointChain(index, at)}`);
  return [
    masquerade(index),
    `add rule ${table} svc-${index} numgen random mod ${endpoints} vmap { ${verdicts.join(", ")} }`,
  ];
}

function balance(index: number, addresses: readonly string[]): readonly string[] {
  const elements = addresses.map((address, position) => `${position} : ${address} . 8080`);
  const map = `numgen random mod ${addresses.length} map { ${elements.join(", ")} }`;
  return [masquerade(index), `add rule ${table} svc-${index} meta l4proto tcp dnat ip to ${map}`];
}
