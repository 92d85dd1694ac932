/** The SOA that negative answers carry: `soa()` for cluster.local, or for a reverse zone. */
export function soa(zone = "@", ttlSeconds = 5, minimumSeconds = ttlSeconds): string {
  const suffix = zone === "@" ? "@" : zone;
  return `${zone} ${ttlSeconds} IN SOA ns.dns.${suffix} hostmaster.${suffix} SERIAL 7200 1800 86400 ${minimumSeconds}`;
}

/** NODATA: the name exists, the type does not (RFC 2308 §2.2). */
export const noData = { authority: soa() } as const;

/** NXDOMAIN with the SOA of cluster.local (RFC 2308 §2.1). */
export const nxDomain = { rcode: "NXDOMAIN", authority: soa() } as const;
