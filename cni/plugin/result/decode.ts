import type {
  CniVersion,
  Dns,
  Result,
  ResultInterface,
  ResultIp,
  ResultRoute,
} from "../../contract.ts";
import { compact, Fields } from "../../json.ts";
import { isAtLeast } from "../version.ts";

/**
 * A result as a runtime or a delegate wrote it, in whatever version's shape, as one of 1.1.0.
 * @throws CniError 7 naming the key that has the wrong form
 */
export function decodeResult(value: unknown, cniVersion: CniVersion, path = "result"): Result {
  const fields = new Fields(value, path);
  const dns = decodeDns(fields.child("dns")) ?? {};
  if (!isAtLeast(cniVersion, "0.3.0")) return decodeByFamily(fields, dns);
  return {
    interfaces: (fields.children("interfaces") ?? []).map(decodeInterface),
    ips: (fields.children("ips") ?? []).map(decodeIp),
    routes: (fields.children("routes") ?? []).map(decodeRoute),
    dns,
  };
}

/** Keys that are absent stay absent: an empty list says more than none. */
export function decodeDns(fields: Fields | undefined): Dns | undefined {
  if (fields === undefined) return undefined;
  return compact<Dns>({
    nameservers: fields.texts("nameservers"),
    domain: fields.text("domain"),
    search: fields.texts("search"),
    options: fields.texts("options"),
  });
}

export function decodeRoute(fields: Fields): ResultRoute {
  return compact<ResultRoute>({
    dst: needed(fields, "dst"),
    gw: fields.text("gw"),
    mtu: fields.integer("mtu"),
    advmss: fields.integer("advmss"),
    priority: fields.integer("priority"),
    table: fields.integer("table"),
    scope: fields.integer("scope"),
  });
}

function decodeByFamily(fields: Fields, dns: Dns): Result {
  const families = ["ip4", "ip6"].flatMap((key) => fields.child(key) ?? []);
  const ips = families.map((family) =>
    compact<ResultIp>({ address: needed(family, "ip"), gateway: family.text("gateway") }),
  );
  const routes = families.flatMap((family) => (family.children("routes") ?? []).map(decodeRoute));
  return { interfaces: [], ips, routes, dns };
}

function decodeInterface(fields: Fields): ResultInterface {
  return compact<ResultInterface>({
    name: fields.text("name") ?? "",
    mac: fields.text("mac"),
    mtu: fields.integer("mtu"),
    sandbox: fields.text("sandbox") || undefined,
    socketPath: fields.text("socketPath"),
    pciID: fields.text("pciID"),
  });
}

function decodeIp(fields: Fields): ResultIp {
  return compact<ResultIp>({
    address: needed(fields, "address"),
    gateway: fields.text("gateway") || undefined,
    interface: fields.integer("interface"),
  });
}

function needed(fields: Fields, key: string): string {
  const value = fields.text(key);
  if (value) return value;
  throw fields.fault(key, "is missing");
}
