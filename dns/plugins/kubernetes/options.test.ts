import { describe, expect, it } from "vitest";
import { CorefileError } from "../../corefile/errors.ts";
import { parseCorefile } from "../../corefile/parser.ts";
import type { KubernetesOptions } from "./contract.ts";
import { readKubernetesOptions } from "./options.ts";

/** Options of a directive in a block for the root; its first line is line 2. */
function read(directive: string): KubernetesOptions {
  const corefile = parseCorefile(`. {\n${directive}\n}`, { file: "Corefile" });
  const [found] = corefile.blocks[0]?.directives ?? [];
  if (found === undefined) throw new Error("the snippet has no directive");
  return readKubernetesOptions(found, ["."]);
}

const withOption = (line: string): string => `kubernetes cluster.local {\n${line}\n}`;

function errorOf(directive: string): string {
  try {
    read(directive);
  } catch (error) {
    if (error instanceof CorefileError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "no error";
}

const defaults: KubernetesOptions = {
  zones: ["cluster.local."],
  primaryZone: "cluster.local.",
  ttlSeconds: 5,
  namespaces: [],
  pods: "disabled",
  endpointPodNames: false,
  noEndpoints: false,
  ignoreEmptyService: false,
  startupTimeoutMs: 5000,
  connection: {},
};

describe("zones", () => {
  it.each([
    ["kubernetes", ["."], "."],
    ["kubernetes Cluster.Local", ["cluster.local."], "cluster.local."],
    [
      "kubernetes in-addr.arpa ip6.arpa b.test a.test",
      ["in-addr.arpa.", "ip6.arpa.", "b.test.", "a.test."],
      "b.test.",
    ],
    [
      "kubernetes a.test 10.0.0.0/15 fd00::/16",
      ["a.test.", "0.10.in-addr.arpa.", "1.10.in-addr.arpa.", "0.0.d.f.ip6.arpa."],
      "a.test.",
    ],
    ["kubernetes a.test a.test. A.TEST", ["a.test."], "a.test."],
  ])("%s", (directive, zones, primaryZone) => {
    expect(read(directive)).toMatchObject({ zones, primaryZone });
  });
});

describe("options", () => {
  it.each<[string, Partial<KubernetesOptions>]>([
    ["", {}],
    ["endpoint http://127.0.0.1:8001", { connection: { endpoint: "http://127.0.0.1:8001" } }],
    // CoreDNS warns of further URLs and takes the first.
    ["endpoint https://a:6443 https://b:6443", { connection: { endpoint: "https://a:6443" } }],
    [
      "tls c.pem k.pem ca.pem",
      { connection: { tls: { certFile: "c.pem", keyFile: "k.pem", caFile: "ca.pem" } } },
    ],
    ["kubeconfig /k", { connection: { kubeconfig: { file: "/k" } } }],
    ["kubeconfig /k here", { connection: { kubeconfig: { file: "/k", context: "here" } } }],
    ["manifests examples", { connection: { manifests: "examples" } }],
    ["namespaces shop", { namespaces: ["shop"] }],
    ["namespaces shop data\nnamespaces more", { namespaces: ["shop", "data", "more"] }],
    ["namespace_labels dns=yes", { namespaceLabelSelector: "dns=yes" }],
    ["namespace_labels env in (a, b)", { namespaceLabelSelector: "env in (a, b)" }],
    ["labels app=web,tier!=db", { labelSelector: "app=web,tier!=db" }],
    ["pods disabled", { pods: "disabled" }],
    ["pods insecure", { pods: "insecure" }],
    ["pods verified", { pods: "verified" }],
    ["endpoint_pod_names", { endpointPodNames: true }],
    ["ttl 0", { ttlSeconds: 0 }],
    ["ttl 3600", { ttlSeconds: 3600 }],
    ["noendpoints", { noEndpoints: true }],
    ["fallthrough", { fallthrough: ["."] }],
    ["fallthrough in-addr.arpa 10.0.0.0/8", { fallthrough: ["in-addr.arpa.", "10.in-addr.arpa."] }],
    ["ignore empty_service", { ignoreEmptyService: true }],
    ["startup_timeout 1m30s", { startupTimeoutMs: 90_000 }],
    ["startup_timeout 0s", { startupTimeoutMs: 0 }],
    ["ready_stale 3m", { readyStaleMs: 180_000 }],
    ["apiserver_qps 12.5\napiserver_burst 20\napiserver_max_inflight 0", {}],
  ])("%j", (line, changed) => {
    expect(read(withOption(line))).toEqual({ ...defaults, ...changed });
  });
});

describe("mistakes", () => {
  it.each([
    ["endpoint", "FL-D012 Corefile:3: 'endpoint' wants more words; it is written: endpoint URL"],
    [
      "endpoint 10.96.0.1",
      "FL-D012 Corefile:3: endpoint '10.96.0.1' is no URL; it should look like https://10.96.0.1:443",
    ],
    [
      "tls c.pem k.pem",
      "FL-D012 Corefile:3: 'tls' wants more words; it is written: tls CERT KEY CACERT",
    ],
    ["tls a b c d", "FL-D012 Corefile:3: 'd' is too many; it is written: tls CERT KEY CACERT"],
    [
      "kubeconfig a b c",
      "FL-D012 Corefile:3: 'c' is too many; it is written: kubeconfig FILE [CONTEXT]",
    ],
    [
      "manifests",
      "FL-D012 Corefile:3: 'manifests' wants more words; it is written: manifests DIRECTORY",
    ],
    [
      "namespaces",
      "FL-D012 Corefile:3: 'namespaces' wants more words; it is written: namespaces NAMESPACE...",
    ],
    [
      "namespace_labels",
      "FL-D012 Corefile:3: 'namespace_labels' wants more words; it is written: namespace_labels SELECTOR",
    ],
    ["labels", "FL-D012 Corefile:3: 'labels' wants more words; it is written: labels SELECTOR"],
    [
      "namespaces shop\nnamespace_labels a=b",
      "FL-D012 Corefile:2: namespaces and namespace_labels exclude each other; give one of them",
    ],
    [
      "pods",
      "FL-D012 Corefile:3: 'pods' wants more words; it is written: pods disabled|insecure|verified",
    ],
    [
      "pods secure",
      "FL-D011 Corefile:3: 'secure' is unknown in pods; did you mean 'insecure'? accepted: disabled, insecure, verified",
    ],
    [
      "endpoint_pod_names yes",
      "FL-D012 Corefile:3: 'yes' is too many; it is written: endpoint_pod_names",
    ],
    ["ttl", "FL-D012 Corefile:3: 'ttl' wants more words; it is written: ttl SECONDS"],
    ["ttl 3601", "FL-D012 Corefile:3: ttl '3601' is no integer from 0 to 3600"],
    ["ttl 5s", "FL-D012 Corefile:3: ttl '5s' is no integer from 0 to 3600"],
    ["ttl -1", "FL-D012 Corefile:3: ttl '-1' is no integer from 0 to 3600"],
    ["noendpoints x", "FL-D012 Corefile:3: 'x' is too many; it is written: noendpoints"],
    [
      "ignore",
      "FL-D012 Corefile:3: 'ignore' wants more words; it is written: ignore empty_service",
    ],
    ["ignore all", "FL-D011 Corefile:3: 'all' is unknown in ignore; accepted: empty_service"],
    [
      "startup_timeout soon",
      "FL-D012 Corefile:3: startup_timeout 'soon' is no duration; it should look like 5s, 1m30s or 500ms",
    ],
    [
      "ready_stale 30s",
      "FL-D012 Corefile:3: ready_stale '30s' is less than 90s, which a quiet cluster may need",
    ],
    ["apiserver_qps many", "FL-D012 Corefile:3: apiserver_qps 'many' is no number from 0 up"],
    ["apiserver_burst -1", "FL-D012 Corefile:3: apiserver_burst '-1' is no number from 0 up"],
    [
      "apiserver_max_inflight",
      "FL-D012 Corefile:3: 'apiserver_max_inflight' wants more words; it is written: apiserver_max_inflight NUMBER",
    ],
    [
      "multicluster clusterset.local",
      "FL-D011 Corefile:3: 'multicluster' of kubernetes is not supported yet; supported: every other option of CoreDNS",
    ],
    [
      "zonal",
      "FL-D011 Corefile:3: 'zonal' of kubernetes is not supported yet; supported: every other option of CoreDNS",
    ],
    ...["upstream", "resyncperiod", "transfer", "federation"].map((word) => [
      `${word} x`,
      `FL-D011 Corefile:3: '${word}' was removed from kubernetes in CoreDNS too; take the line away`,
    ]),
  ])("%j", (line, message) => {
    expect(errorOf(withOption(line as string))).toBe(message);
  });

  it("an unknown option is told what is near it", () => {
    expect(errorOf(withOption("namespace shop"))).toMatch(
      /^FL-D011 Corefile:3: 'namespace' is unknown in kubernetes; did you mean 'namespaces'\?/,
    );
  });

  it.each([
    [
      "kubernetes in-addr.arpa 10.0.0.0/8",
      "FL-D012 Corefile:2: kubernetes needs a zone that is no reverse zone, for example cluster.local",
    ],
    [
      "kubernetes a.test 10.0.0.0/9 172.16.0.0/12 192.168.0.0/17",
      "FL-D012 Corefile:2: kubernetes takes 256 zones at most, and 273 are given; name a reverse zone above some of them",
    ],
  ])("%s", (directive, message) => {
    expect(errorOf(directive)).toBe(message);
  });
});
