/** Names of the world outside, all of which lead to the one host there is. */
const names = [
  "example.com",
  "www.example.com",
  "example.org",
  "www.example.org",
  "example.net",
  "www.example.net",
  "httpbin.org",
  "kubernetes.io",
  "www.google.com",
  "google.com",
  "github.com",
  "outside.test",
];

/** For the DNS server outside, which is authoritative for these; there are no others. */
export function outsideCorefile(address: string): string {
  return `${names.map((name) => `${name}:53`).join(" ")} {
    errors
    hosts {
        ${address} ${names.join(" ")}
        ttl 60
    }
}
.:53 {
    errors
    template ANY ANY {
        rcode NXDOMAIN
    }
}
`;
}
