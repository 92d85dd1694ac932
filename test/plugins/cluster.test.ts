/** Plugins before kubernetes get the queries they are for, while the workers answer the others. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { decodeMessage } from "#dns/wire/decode.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { exchangeTcp, exchangeUdp } from "#test/conformance/client.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { type DnsServerProcess, startDnsServer, until } from "#test/support/dns-server.ts";
import { fixtureDirectory, type ManifestDirectory } from "#test/support/fixture-directory.ts";
import { query } from "#test/support/plugin.ts";
import { freePorts } from "#test/support/ports.ts";
import { zoneText } from "#test/zone-text/zone-text.ts";

const SVC = "svc1.testns.svc.cluster.local.";
const HIDDEN = "svcempty.testns.svc.cluster.local.";

describeWhere(["batchedSockets"], "a cluster with plugins before it", () => {
  let manifests: ManifestDirectory;
  let server: DnsServerProcess;
  let port: number;
  let hosts: string;

  beforeAll(async () => {
    manifests = fixtureDirectory();
    hosts = join(manifests.path, "NodeHosts");
    writeFileSync(hosts, `192.0.2.1 node-1\n192.0.2.9 ${HIDDEN}\n172.0.0.1 node-2\n`);
    [port = 0] = await freePorts(1);
    server = await startDnsServer(`.:${port} {
      bind 127.0.0.1
      rewrite name web.example.org ${SVC}
      rewrite name old.testns.svc.cluster.local ${SVC}
      template ANY ANY internal.test stale.cluster.local {
        rcode NXDOMAIN
      }
      hosts ${hosts} {
        ttl 60
        reload 50ms
        fallthrough
      }
      kubernetes cluster.local in-addr.arpa {
        manifests ${manifests.path}
        fallthrough in-addr.arpa
      }
    }\n`);
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(hosts);
    manifests?.remove();
  });

  /** The answer section, or the rcode of a reply without one. */
  async function ask(asked: string, exchange = exchangeUdp): Promise<string> {
    const bytes = encodeMessage(query(asked).message);
    const reply = await exchange({ host: "127.0.0.1", port }, bytes);
    if (reply === undefined) return "no answer";
    const { rcode, answers } = decodeMessage(reply);
    return answers.length === 0 ? `rcode ${rcode}` : answers.map(zoneText).join("\n");
  }

  test.each([
    [`${SVC} A`, `${SVC} 5 IN A 10.0.0.100`],
    ["none.testns.svc.cluster.local. A", "rcode 3"],
    [`${HIDDEN} A`, `${HIDDEN} 60 IN A 192.0.2.9`],
    ["node-1. A", "node-1. 60 IN A 192.0.2.1"],
    ["1.0.0.172.in-addr.arpa. PTR", "1.0.0.172.in-addr.arpa. 60 IN PTR node-2."],
    ["100.0.0.10.in-addr.arpa. PTR", `100.0.0.10.in-addr.arpa. 5 IN PTR ${SVC}`],
    ["web.example.org. A", "web.example.org. 5 IN A 10.0.0.100"],
    ["old.testns.svc.cluster.local. A", "old.testns.svc.cluster.local. 5 IN A 10.0.0.100"],
    ["a.internal.test. A", "rcode 3"],
    ["other.test. A", "rcode 2"],
  ])("%s over UDP and TCP", async (asked, expected) => {
    expect(await ask(asked)).toBe(expected);
    expect(await ask(asked, exchangeTcp)).toBe(expected);
  });

  test("a name that comes into the hosts file later is answered from it", async () => {
    writeFileSync(hosts, `192.0.2.7 ${SVC}\n`);
    await until(async () => (await ask(`${SVC} A`)) === `${SVC} 60 IN A 192.0.2.7`);
    expect(await ask(`${SVC} A`, exchangeTcp)).toBe(`${SVC} 60 IN A 192.0.2.7`);
    expect(await ask(`${HIDDEN} A`)).toBe(`${HIDDEN} 5 IN A 10.0.0.9`);
  });
});
