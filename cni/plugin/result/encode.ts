import { isIPv4 } from "#linux/ip-text.ts";
import type { CniVersion, JsonObject, Result, ResultIp, ResultRoute } from "../../contract.ts";
import { CniError } from "../../errors.ts";
import { isAtLeast } from "../version.ts";

/**
 * The result in the shape that a configuration of that version expects (specification §5 and its older editions).
 * @throws CniError 1 where the old shape cannot say it: before 0.3.0 a result has one or two addresses
 */
export function encodeResult(result: Result, cniVersion: CniVersion): JsonObject {
  if (!isAtLeast(cniVersion, "0.3.0")) return encodeByFamily(result, cniVersion);
  const newest = isAtLeast(cniVersion, "1.1.0");
  const interfaces = newest ? result.interfaces : result.interfaces.map(withoutNewFields);
  const routes = newest ? result.routes : result.routes.map(({ dst, gw }) => route(dst, gw));
  const ips = isAtLeast(cniVersion, "1.0.0") ? result.ips : result.ips.map(withFamily);
  return {
    cniVersion,
    ...(interfaces.length > 0 && { interfaces }),
    ...(ips.length > 0 && { ips }),
    ...(routes.length > 0 && { routes }),
    dns: result.dns,
  };
}

/** 0.1.0 and 0.2.0: one address a family, which carries the family's routes; no interfaces. */
function encodeByFamily(result: Result, cniVersion: CniVersion): JsonObject {
  const ip4 = encodeFamily(result, isIPv4Prefix);
  const ip6 = encodeFamily(result, (prefix) => !isIPv4Prefix(prefix));
  if (ip4 === undefined && ip6 === undefined)
    throw new CniError(
      1,
      `cannot convert: no valid IP addresses, and a result of CNI ${cniVersion} needs one`,
    );
  return { cniVersion, ...(ip4 && { ip4 }), ...(ip6 && { ip6 }), dns: result.dns };
}

function encodeFamily(
  { ips, routes }: Result,
  isOfFamily: (prefix: string) => boolean,
): JsonObject | undefined {
  const first = ips.find(({ address }) => isOfFamily(address));
  if (first === undefined) return undefined;
  const own = routes.filter(({ dst }) => isOfFamily(dst)).map(({ dst, gw }) => route(dst, gw));
  return {
    ip: first.address,
    ...(first.gateway !== undefined && { gateway: first.gateway }),
    ...(own.length > 0 && { routes: own }),
  };
}

function withFamily(ip: ResultIp): JsonObject {
  return { version: isIPv4Prefix(ip.address) ? "4" : "6", ...ip };
}

function withoutNewFields({ name, mac, sandbox }: Result["interfaces"][number]): JsonObject {
  return { name, ...(mac !== undefined && { mac }), ...(sandbox !== undefined && { sandbox }) };
}

function route(dst: string, gw: string | undefined): ResultRoute {
  return { dst, ...(gw !== undefined && { gw }) };
}

function isIPv4Prefix(prefix: string): boolean {
  return isIPv4(prefix.split("/", 1)[0] ?? "");
}
