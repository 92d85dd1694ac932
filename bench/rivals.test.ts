import { describe, expect, it } from "vitest";
import { buildCluster } from "./data/cluster.ts";
import { corefile } from "./rivals/corefile.ts";
import { dnsmasqConfig } from "./rivals/dnsmasq.ts";
import { knotConfig } from "./rivals/knot.ts";

const options = {
  model: buildCluster({ clusterIPs: 2, headless: 1, endpointsPerHeadless: 2 }),
  directory: "/tmp/x",
  port: 24_050,
  apiServer: "http://127.0.0.1:24000",
};

describe("configurations", () => {
  const cases: readonly [string, string, readonly string[]][] = [
    ["knot", knotConfig(options), ["    listen: 127.0.0.1@24050", "  - domain: cluster.local."]],
    ["dnsmasq", dnsmasqConfig(options, false), ["port=24050", "local=/cluster.local/"]],
    [
      "dnsmasq with SRV",
      dnsmasqConfig(options, true),
      [
        "srv-host=_http._tcp.cart-api-0.team-0.svc.cluster.local,cart-api-0.team-0.svc.cluster.local,8080,0,100",
      ],
    ],
    [
      "Corefile",
      corefile(options),
      [
        ".:24050 {",
        "    bind 127.0.0.1",
        "    ready 127.0.0.1:24051",
        "        endpoint http://127.0.0.1:24000",
        "    prometheus 127.0.0.1:24052",
      ],
    ],
  ];
  it.each(cases)("of %s name port and data", (_, text, lines) => {
    expect(text.split("\n")).toEqual(expect.arrayContaining([...lines]));
  });

  it("leave SRV out of dnsmasq unless asked for", () => {
    expect(dnsmasqConfig(options, false)).not.toContain("srv-host");
  });
});
