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
  "FL-L008": {
    title: "no rule set can hold it",
    remedy: "the message names the rule, set or element and what would fit",
  },
  "FL-L009": {
    title: "nf_tables cannot be read",
    remedy: "run as root on a kernel with nf_tables; the message has what the kernel said",
  },
  "FL-L010": {
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
  "FL-P001": {
    title: "bad proxy configuration",
    remedy: "mend the key or flag named in the message; the keys are kube-proxy's",
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
  "FL-A003": {
    title: "API server refused or did not answer",
    remedy: "the message names the request and the server's own words",
  },
  "FL-A004": {
    title: "kubeconfig unusable",
    remedy: "the message names the file and what it lacks",
  },
  "FL-K002": {
    title: "pod network of the lab's node failed",
    remedy: "the message has the plugin's own words; see its configuration in /etc/cni/net.d",
  },
  "FL-K003": {
    title: "a container of the lab lacks what it refers to",
    remedy: "make the object or key that the message names: the node tries again",
  },
  "FL-K004": {
    title: "a container of the lab cannot start",
    remedy: "the message names the program or the step that failed",
  },
  "FL-A005": {
    title: "store's file unusable",
    remedy:
      "the message names file and line: give --store-file a file that the API server wrote, move this one away to begin anew, or make its folder writable",
  },
  // FL-N and the number that CNI gives the error (specification, "Error").
  "FL-N001": {
    title: "CNI version not spoken",
    remedy: "set the configuration's cniVersion to one of those in the error's details",
  },
  "FL-N002": {
    title: "field of the network configuration not supported",
    remedy: "remove the field named in the message, or give it a value that the message names",
  },
  "FL-N003": {
    title: "container unknown",
    remedy: "the container is gone: the runtime need not remove its interface",
  },
  "FL-N004": {
    title: "bad CNI environment",
    remedy: "the runtime has to set the CNI_ variables that the message names",
  },
  "FL-N005": {
    title: "CNI plugin cannot read or write",
    remedy:
      "the message names the file and the reason: free space, mount it writable, or grant access",
  },
  "FL-N006": {
    title: "CNI input undecodable",
    remedy:
      "the network configuration is no JSON of the form CNI wants: mend what the message names",
  },
  "FL-N007": {
    title: "bad network configuration",
    remedy: "mend the key named in the message in /etc/cni/net.d",
  },
  "FL-N008": {
    title: "bad network namespace",
    remedy: "the runtime has to pass the container's namespace, not the plugin's own",
  },
  "FL-N011": { title: "try again later", remedy: "nothing to do: the runtime tries again" },
  "FL-N050": {
    title: "network not available for more containers",
    remedy: "see the message: free addresses or enlarge the range, or start the agent",
  },
  "FL-N051": {
    title: "network not available, existing containers may be cut off",
    remedy: "see the message for what is missing",
  },
  "FL-N100": {
    title: "no address left",
    remedy:
      "enlarge the range, or let the runtime run GC to free addresses of containers that are gone",
  },
  "FL-N101": {
    title: "address refused",
    remedy: "ask for a free address inside the range, or for none",
  },
  "FL-N102": {
    title: "interface not as ADD left it",
    remedy: "the message names what differs: the container has to be made anew",
  },
  "FL-N103": {
    title: "kernel refused a change for a container's network",
    remedy: "the message names the change and the kernel's words",
  },
  "FL-N104": {
    title: "delegated CNI plugin failed",
    remedy: "the message names the plugin and what it said; its binary has to be in CNI_PATH",
  },
  "FL-N105": {
    title: "host port taken",
    remedy:
      "choose another hostPort, or remove the container or the process that the message names",
  },
  "FL-N110": {
    title: "call of the CNI plugin unreadable",
    remedy: "install the plugin that belongs to this agent: start it with -cni-bin-dir",
  },
  "FL-N111": {
    title: "no socket for the CNI plugin",
    remedy: "mend the path that the message names, or give another with -socket",
  },
  "FL-M001": {
    title: "machine not fit for a lab",
    remedy: "install or allow what the message names",
  },
  "FL-M002": {
    title: "subnet of the lab in use",
    remedy: "choose another with --subnet, a /23 such as 10.30.0.0/23",
  },
  "FL-M003": {
    title: "lab not in the state for this",
    remedy:
      "fairlead lab status says how it is; fairlead lab down takes away whatever is left of one",
  },
  "FL-M004": {
    title: "lab did not come up",
    remedy: "read the logs in the lab's folder; fairlead lab down takes away what there is",
  },
  "FL-M005": {
    title: "lab node not in the state for this",
    remedy: "fairlead lab status lists the nodes and how they are",
  },
  "FL-M006": {
    title: "command in a pod could not be run",
    remedy: "fairlead lab status lists the pods and how they are",
  },
  "FL-P002": {
    title: "the kernel refuses the proxy's table",
    remedy: "the message says what was refused; check that the kernel has nf_tables with nat",
  },
  "FL-I001": {
    title: "the cluster cannot be tested",
    remedy: "the message says what is in the way",
  },
  "FL-U001": { title: "bad command line", remedy: "run the command with --help" },
} as const satisfies Record<string, { readonly title: string; readonly remedy: string }>;

export type ErrorCode = keyof typeof errorCatalogue;
