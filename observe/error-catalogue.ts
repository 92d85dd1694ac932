/**
 * Every stable error code of the suite, with the sentence that tells an operator what to do about it.
 * A code is never reused. docs/reference/errors.md is generated from this table.
 */
export const errorCatalogue = {
  "FL-L001": {
    title: "system call failed",
    remedy: "the message names the call and the errno; see the hint in it",
  },
  "FL-L002": {
    title: "address already in use",
    remedy:
      "another process holds the port: find it with `ss -lnup` (UDP) or `ss -lntp` (TCP), stop it, or choose another port",
  },
  "FL-L003": {
    title: "this system has no batched sockets",
    remedy: "run on Linux on x64 or arm64, or choose the dgram transport",
  },
  "FL-L004": {
    title: "not an IP address",
    remedy: "write the address in the form the message names",
  },
  "FL-L005": {
    title: "the kernel refused a netlink request",
    remedy: "the message names the request, the errno and the kernel's own words",
  },
  "FL-L006": {
    title: "malformed netlink message",
    remedy:
      "a value does not fit the kernel's format, or the kernel sent what is unknown: report it",
  },
  "FL-L007": {
    title: "sysctl not readable or writable",
    remedy: "check the key, the value and the namespace that the message names",
  },
  "FL-N001": {
    title: "no rule set can hold it",
    remedy: "the message names the rule, set or element and what would fit",
  },
  "FL-N002": {
    title: "nf_tables cannot be read",
    remedy: "run as root on a kernel with nf_tables; the message has what the kernel said",
  },
  "FL-N003": {
    title: "nf_tables cannot be reached",
    remedy:
      "run as root on a kernel with nf_tables, and name a network namespace that is there; the message has what failed",
  },
  "FL-D001": {
    title: "malformed DNS message",
    remedy: "the peer sent bytes that are no DNS message; nothing to do here",
  },
  "FL-D010": { title: "Corefile syntax error", remedy: "mend the line named in the message" },
  "FL-D011": {
    title: "unknown plugin or option",
    remedy: "use one of the words the message lists",
  },
  "FL-D012": { title: "bad option value", remedy: "give a value of the form the message names" },
  "FL-D013": {
    title: "server blocks in conflict",
    remedy: "a zone may be served once per address and port",
  },
  "FL-D020": {
    title: "upstream did not answer",
    remedy: "check that the server named in the message runs and that packets reach it",
  },
  "FL-D021": {
    title: "too many queries wait for upstreams",
    remedy: "raise max_concurrent of forward, or find the client that asks so much",
  },
  "FL-D030": {
    title: "forwarding loop",
    remedy:
      "let forward name resolvers that do not ask this server again, see the README of the loop plugin",
  },
  "FL-C001": {
    title: "API server request failed",
    remedy: "check address, credentials and the server's log",
  },
  "FL-C002": {
    title: "API server sent what is no Kubernetes object",
    remedy: "check what answers at the endpoint",
  },
  "FL-C003": {
    title: "manifest unreadable",
    remedy: "mend the file and line named in the message",
  },
  "FL-C004": {
    title: "no way to the API server",
    remedy: "mend the kubeconfig, certificate file or environment variable named in the message",
  },
  "FL-A001": {
    title: "API server could not start",
    remedy: "check the flags and the address named in the message",
  },
  "FL-B001": {
    title: "benchmark program failed",
    remedy: "run scripts/setup.sh for the rivals; the message ends with what the program said",
  },
  "FL-B002": {
    title: "benchmarked server not ready",
    remedy: "start it by hand with the command in bench/rivals/ and see what it says",
  },
  "FL-B003": {
    title: "load without answers",
    remedy: "check that dnsperf is installed and that the server answers the query file's names",
  },
  "FL-A002": {
    title: "API request refused",
    remedy: "the message names the object and the field that is wrong",
  },
  "FL-U001": { title: "bad command line", remedy: "run the command with --help" },
} as const satisfies Record<string, { readonly title: string; readonly remedy: string }>;

export type ErrorCode = keyof typeof errorCatalogue;
