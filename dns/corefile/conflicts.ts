import type { ServerAddress } from "./contract.ts";
import { CorefileError } from "./errors.ts";

/** A server block as far as listeners go. */
export interface BoundBlock {
  readonly addresses: readonly ServerAddress[];
  /** "" is every local address and overlaps all others. */
  readonly hosts: readonly string[];
}

interface Claim {
  readonly host: string;
  readonly address: ServerAddress;
}

/** FL-D013 for each zone that two addresses would serve on one scheme, port and local address. */
export function findConflicts(blocks: readonly BoundBlock[]): CorefileError[] {
  const claims = new Map<string, Claim[]>();
  const errors: CorefileError[] = [];
  for (const { addresses, hosts } of blocks) {
    for (const address of addresses) {
      const key = `${address.scheme}://${address.zone}:${address.port}`;
      const earlier = claims.get(key) ?? [];
      const clash = earlier.find(
        ({ host }) => host === "" || hosts.includes("") || hosts.includes(host),
      );
      if (clash !== undefined) errors.push(conflict(key, address, clash));
      else claims.set(key, [...earlier, ...hosts.map((host) => ({ host, address }))]);
    }
  }
  return errors;
}

function conflict(
  key: string,
  address: ServerAddress,
  { host, address: first }: Claim,
): CorefileError {
  const place = host === "" ? "" : ` on ${host}`;
  return new CorefileError(
    "FL-D013",
    address.position,
    `${key} is served${place} already, by ${first.position.file}:${first.position.line}; give it another port, or bind each block to addresses of its own`,
  );
}
