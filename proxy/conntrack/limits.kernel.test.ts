import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";

const script = `
import { applySettings, conntrackSettings } from "#proxy/conntrack/limits.ts";
import { readSysctl } from "#linux/sysctl.ts";
const config = { maxPerCore: 1024, min: 4096, tcpEstablishedTimeoutSeconds: 7200, tcpCloseWaitTimeoutSeconds: 600,
  tcpBeLiberal: true, udpTimeoutSeconds: 31, udpStreamTimeoutSeconds: 121 };
const said = [];
const logger = { info: (fields) => said.push(fields.key), warn: (_, message) => said.push(message) };
const settings = conntrackSettings(config, 2).filter(({ key }) => key !== "hashsize");
applySettings(settings, logger);
const values = settings.filter(({ key }) => key !== "nf_conntrack_max").map(({ key }) => readSysctl("net.netfilter." + key));
console.log(JSON.stringify({ values, warnings: said.filter((it) => it.includes(" ")) }));
`;

describeWhere(["namespaces", "nftables"], "connection tracking in a namespace of its own", () => {
  test("takes time-outs and be_liberal; what belongs to the first namespace is named in one warning at most", () => {
    // The namespace has the sysctls once something in it tracks connections.
    const track =
      "nft add table ip t && nft add chain ip t c '{ type filter hook input priority 0; }' && nft add rule ip t c ct state new accept";
    const output = execFileSync(
      "unshare",
      [
        "--net",
        "sh",
        "-ec",
        `${track}; exec "$0" --input-type=module --eval "$1"`,
        process.execPath,
        script,
      ],
      { encoding: "utf8", cwd: process.cwd() },
    );
    const { values, warnings } = JSON.parse(output);
    expect(values).toEqual(["7200", "600", "1", "31", "121"]);
    expect(warnings.length).toBeLessThanOrEqual(1);
    for (const warning of warnings) expect(warning).toContain("nf_conntrack_max");
  });
});
