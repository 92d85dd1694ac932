import type { JsonObject } from "#cni/contract.ts";
import { hostLocal } from "#cni/ipam/host-local.ts";
import { isObject } from "#cni/json.ts";
import { type Answer, type Call, call, usualHost } from "#cni/testing/call.ts";
import { temporaryFolder } from "./lease-folder.ts";

export interface LeaseScene {
  readonly dataDir: string;
  run(given: Call & { readonly id?: string; readonly ifname?: string }): Promise<Answer>;
}

/** A network of its own over the given `ipam`, with keys beside it. */
export function leaseScene(ipam: object, keys: object = {}): LeaseScene {
  const dataDir = temporaryFolder();
  const config = {
    cniVersion: "1.1.0",
    name: "net",
    type: "host-local",
    ipam: { type: "host-local", dataDir, ...ipam },
    ...keys,
  };
  return {
    dataDir,
    run: ({ id = "c1", ifname = "eth0", env, config: more, host = usualHost, ...rest }) =>
      call(async () => hostLocal(host), {
        config: { ...config, ...(isObject(more) ? more : {}) },
        env: { CNI_CONTAINERID: id, CNI_IFNAME: ifname, ...env },
        host,
        ...rest,
      }),
  };
}

/** Of a result, with their prefix lengths. */
export const addresses = ({ document }: Answer): readonly unknown[] =>
  (Array.isArray(document.ips) ? document.ips : []).map((ip: JsonObject) => ip.address);

export const oneSubnet = { subnet: "10.1.2.0/24" };
