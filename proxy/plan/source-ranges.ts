/** Who may connect to a Service's load balancer addresses. */
import type { Service } from "#cluster/contract.ts";
import type { IpFamily, PlanWarning } from "../contract.ts";
import { familyOf, parseCidr, withoutContained } from "./addresses.ts";

/**
 * The ranges of one family, none within another; undefined where all may connect. That is also so in a family that
 * the list leaves out, as in kube-proxy, and rangeWarnings() says so. A list without one good range admits nobody.
 *
 * A load balancer address may be configured on the node itself, and the node's own connections then come from there:
 * where the node is admitted, so are those addresses.
 */
export function sourceRangesOf(
  { traffic }: Service,
  family: IpFamily,
  loadBalancer: readonly string[],
  nodeAddresses: readonly string[],
): readonly string[] | undefined {
  const listed = traffic.loadBalancerSourceRanges;
  if (listed.length === 0) return undefined;
  const good = listed.flatMap((text) => parseCidr(text) ?? []);
  const ranges = good.filter((range) => range.family === family);
  if (ranges.length === 0) return good.length === 0 ? [] : undefined;
  if (ranges.some(({ prefixLength }) => prefixLength === 0)) return undefined;
  const admitsNode = ranges.some((range) => nodeAddresses.some((it) => range.contains(it)));
  const own = admitsNode
    ? loadBalancer.flatMap((address) => parseCidr(`${address}/${family === 4 ? 32 : 128}`) ?? [])
    : [];
  return withoutContained([...ranges, ...own]).map(({ text }) => text);
}

export function rangeWarnings(
  { type, clusterIPs, traffic }: Service,
  subject: string,
): readonly PlanWarning[] {
  const listed = traffic.loadBalancerSourceRanges;
  if (type !== "LoadBalancer" || listed.length === 0) return [];
  const warn = (message: string): PlanWarning => ({
    reason: "bad-source-range",
    message: `${subject}: spec.loadBalancerSourceRanges: ${message}`,
  });
  const bad = listed.filter((text) => parseCidr(text) === undefined);
  const covered = new Set(listed.flatMap((text) => parseCidr(text)?.family ?? []));
  const open = [...new Set(clusterIPs.map(familyOf))].filter((family) => !covered.has(family));
  return [
    ...bad.map((text) => warn(`"${text}" is no CIDR such as 10.0.0.0/8`)),
    ...(covered.size === 0 ? [] : open).map((family) =>
      warn(`no IPv${family} range is named, so IPv${family} clients are not restricted`),
    ),
  ];
}
