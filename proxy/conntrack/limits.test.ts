import { describe, expect, it } from "vitest";
import { RecordingLogger } from "#cluster/testing/recording-logger.ts";
import type { ConntrackConfig } from "./contract.ts";
import { applySettings, conntrackSettings } from "./limits.ts";

const untouched: ConntrackConfig = {
  maxPerCore: 0,
  min: 131_072,
  tcpEstablishedTimeoutSeconds: 0,
  tcpCloseWaitTimeoutSeconds: 0,
  tcpBeLiberal: false,
  udpTimeoutSeconds: 0,
  udpStreamTimeoutSeconds: 0,
};

describe("conntrackSettings", () => {
  it.each<[string, Partial<ConntrackConfig>, number, Record<string, number>]>([
    ["nothing asked for", {}, 4, {}],
    ["the floor", { maxPerCore: 32_768 }, 2, { hashsize: 32_768, nf_conntrack_max: 131_072 }],
    ["by cores", { maxPerCore: 32_768 }, 8, { hashsize: 65_536, nf_conntrack_max: 262_144 }],
    ["the cap", { maxPerCore: 32_768 }, 96, { hashsize: 262_144, nf_conntrack_max: 1_048_576 }],
    [
      "a floor above the cap",
      { maxPerCore: 1, min: 2_000_000 },
      96,
      { hashsize: 500_000, nf_conntrack_max: 2_000_000 },
    ],
    [
      "time-outs",
      {
        tcpEstablishedTimeoutSeconds: 86_400,
        tcpCloseWaitTimeoutSeconds: 3600,
        tcpBeLiberal: true,
        udpTimeoutSeconds: 30,
        udpStreamTimeoutSeconds: 180,
      },
      4,
      {
        nf_conntrack_tcp_timeout_established: 86_400,
        nf_conntrack_tcp_timeout_close_wait: 3600,
        nf_conntrack_tcp_be_liberal: 1,
        nf_conntrack_udp_timeout: 30,
        nf_conntrack_udp_timeout_stream: 180,
      },
    ],
  ])("%s", (_case, config, cpus, expected) => {
    const settings = conntrackSettings({ ...untouched, ...config }, cpus);
    expect(Object.fromEntries(settings.map(({ key, value }) => [key, value]))).toEqual(expected);
  });
});

describe("applySettings", () => {
  function apply(present: Record<string, string>, config: Partial<ConntrackConfig>) {
    const logger = new RecordingLogger();
    const writes: string[] = [];
    const access = {
      read(key: string) {
        const value = present[key];
        if (value === undefined) throw new Error(`${key}: ENOENT`);
        return value;
      },
      write(key: string, value: string) {
        if (present[key] === "0") throw new Error(`${key}: EACCES`);
        writes.push(`${key}=${value}`);
      },
    };
    applySettings(conntrackSettings({ ...untouched, ...config }, 4), logger, access);
    return { writes, warnings: logger.lines.filter((line) => line.startsWith("warn")) };
  }

  it("writes what differs, and leaves a larger hash table", () => {
    const present = {
      hashsize: "262144\n",
      nf_conntrack_max: "65536",
      nf_conntrack_udp_timeout: "30",
    };
    const { writes, warnings } = apply(present, { maxPerCore: 32_768, udpTimeoutSeconds: 30 });
    expect(writes).toEqual(["nf_conntrack_max=131072"]);
    expect(warnings).toEqual([]);
  });

  it("says once what it may not write, and goes on", () => {
    const present = { hashsize: "0", nf_conntrack_max: "0", nf_conntrack_udp_timeout: "30" };
    const config = { maxPerCore: 32_768, udpTimeoutSeconds: 60, tcpBeLiberal: true };
    const { writes, warnings } = apply(present, config);
    expect(writes).toEqual(["nf_conntrack_udp_timeout=60"]);
    expect(warnings).toEqual([
      "warn: connection tracking keeps some of its limits: hashsize: EACCES; " +
        "nf_conntrack_max: EACCES; nf_conntrack_tcp_be_liberal: ENOENT",
    ]);
  });
});
