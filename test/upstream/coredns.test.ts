/** The same queries through Fairlead and through a real CoreDNS, to the same upstream. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_MESSAGE_BYTES } from "#dns/wire/constants.ts";
import type { Message } from "#dns/wire/contract.ts";
import { decodeMessage } from "#dns/wire/decode.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { type ReplyParts, replyTo, udpLimitBytes } from "#dns/wire/reply.ts";
import { fitMessage } from "#dns/wire/truncate.ts";
import { exchangeTcp, exchangeUdp } from "#test/conformance/client.ts";
import { describeWhere, findCoreDns } from "#test/support/capabilities.ts";
import { type QueryOptions, query } from "#test/support/plugin.ts";
import { freePorts } from "#test/support/ports.ts";
import { type Daemon, startDaemon } from "#test/support/processes.ts";
import { records, toZoneText } from "#test/zone-text/zone-text.ts";
import type { Script } from "./script.ts";
import { type ScriptedUpstream, startUpstream } from "./server.ts";

const HOST = "127.0.0.1";
const FAIRLEAD = join(import.meta.dirname, "../../bin/fairlead");

/** Ports of the blocks of each server; a block is a way to write `forward`. */
const BLOCKS = ["", "prefer_udp", "force_tcp", "failover SERVFAIL"] as const;
type Block = (typeof BLOCKS)[number];

interface Server {
  readonly daemon: Daemon;
  readonly ports: readonly number[];
}

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => `many.example.org. 30 IN A 10.0.${i >> 8}.${i & 255}`);
const SOA = "example.org. 30 IN SOA ns.example.org. host.example.org. 1 2 3 4 5";
const NAPTR = String.raw`naptr.example.org. 30 IN TYPE35 \# 11 0001000201750000016100`;

/** What the upstream says to a name; to others REFUSED. */
const zone: Readonly<Record<string, ReplyParts>> = {
  "a.example.org.": { answers: records("a.example.org. 30 IN A 10.0.0.1") },
  "aa.example.org.": { authoritative: true, answers: records("aa.example.org. 0 IN A 10.0.0.1") },
  "ad.example.org.": { authenticData: true, answers: records("ad.example.org. 30 IN A 10.0.0.1") },
  "nora.example.org.": { recursionAvailable: false },
  "nodata.example.org.": { authorities: records(SOA) },
  "nx.example.org.": { rcode: 3, authorities: records(SOA) },
  "servfail.example.org.": { rcode: 2 },
  "notimp.example.org.": { rcode: 4 },
  "yxdomain.example.org.": { rcode: 6 },
  "alias.example.org.": {
    answers: records("alias.example.org. 30 IN CNAME b.test.\nb.test. 5 IN A 10.0.0.2"),
  },
  "srv.example.org.": {
    answers: records("srv.example.org. 30 IN SRV 0 50 80 b.test."),
    additionals: records("b.test. 5 IN A 10.0.0.2"),
  },
  "txt.example.org.": { answers: records('txt.example.org. 30 IN TXT "one" "two"') },
  "unknown.example.org.": {
    answers: records(String.raw`unknown.example.org. 30 IN TYPE65280 \# 3 c00cff`),
  },
  "naptr.example.org.": { answers: records(NAPTR) },
  "cut.example.org.": { truncated: true, answers: records("cut.example.org. 30 IN A 10.0.0.1") },
  "many.example.org.": { answers: records(many(60).join("\n")) },
  "lots.example.org.": { answers: records(many(1000).join("\n").replaceAll("many", "lots")) },
  "opt.example.org.": { ednsOptions: [{ code: 65_001, data: Uint8Array.of(1, 2) }] },
};

const script: Script = ({ message, transport }) => {
  const parts = zone[message.questions[0]?.name.toLowerCase() ?? ""] ?? { rcode: 5 };
  const whole = transport === "tcp" ? { ...parts, truncated: false } : parts;
  const limit = transport === "tcp" ? MAX_MESSAGE_BYTES : udpLimitBytes(message);
  return [
    { send: fitMessage(replyTo(message, { recursionAvailable: true, ...whole }), limit).bytes },
  ];
};

async function start(command: string, args: readonly string[], folder: string, to: string) {
  const ports = await freePorts(BLOCKS.length);
  const file = join(folder, `Corefile-${ports[0]}`);
  const blocks = BLOCKS.map(
    (block, index) =>
      `.:${ports[index]} {\nbind ${HOST}\nforward . ${to} {\nmax_fails 0\n${block}\n}\n}\n`,
  );
  writeFileSync(file, blocks.join(""));
  const daemon = startDaemon(command, [...args, "-conf", file]);
  const probe = encodeMessage(query("a.example.org.", { id: 1 }).message);
  for (let attempt = 0; attempt < 100; attempt++) {
    const answers = await Promise.all(
      ports.map((port) => exchangeUdp({ host: HOST, port }, probe, 200).catch(() => undefined)),
    );
    if (answers.every((answer) => answer !== undefined)) return { daemon, ports };
    if (daemon.process.exitCode !== null) break;
    await sleep(100);
  }
  await daemon.stop();
  throw new Error(`${command} does not answer:\n${daemon.output()}`);
}

describeWhere(["coredns"], "forward gives what CoreDNS gives", () => {
  let folder: string;
  let upstream: ScriptedUpstream;
  let ours: Server;
  let theirs: Server;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fairlead-forward-"));
    upstream = await startUpstream(script);
    ours = await start(FAIRLEAD, ["dns"], folder, upstream.label);
    theirs = await start(findCoreDns() ?? "coredns", [], folder, upstream.label);
  });
  afterAll(async () => {
    await Promise.all([ours?.daemon.stop(), theirs?.daemon.stop()]);
    await upstream?.close();
    rmSync(folder, { recursive: true });
  });

  async function ask(server: Server, block: Block, asked: Message, transport: "udp" | "tcp") {
    const to = { host: HOST, port: server.ports[BLOCKS.indexOf(block)] ?? 0 };
    const bytes = encodeMessage(asked);
    const reply = await (transport === "udp" ? exchangeUdp(to, bytes) : exchangeTcp(to, bytes));
    if (reply === undefined) return "no answer";
    const message = decodeMessage(reply);
    const options = message.edns?.options.map(({ code }) => code) ?? [];
    return `id ${message.id}\noptions ${options.join(" ")}\n${toZoneText(message)}`;
  }

  const names = [...Object.keys(zone), "refused.example.org.", "A.eXample.ORG."];
  const forms: readonly QueryOptions[] = [
    {},
    { edns: { udpPayloadBytes: 1232 } },
    { edns: { udpPayloadBytes: 4096, dnssecOk: true } },
    { edns: { udpPayloadBytes: 100 } },
    { transport: "tcp" },
    { transport: "tcp", edns: { dnssecOk: true } },
  ];
  /** How many answers fit in a datagram depends on what is compressed; that some were left out does not. */
  const settled = (text: string, name: string) =>
    /^(?:many|lots)/.test(name)
      ? text.replace(/(\n\w+\.example\.org\. 30 IN A [\d.]+)+/, "\nsome")
      : text;

  test.each(BLOCKS.flatMap((block) => names.map((name) => ({ block, name }))))(
    "'$block' $name",
    async ({ block, name }) => {
      for (const [index, form] of forms.entries()) {
        const { message } = query(`${name} A`, { id: 1000 + index, ...form });
        const transport = form.transport ?? "udp";
        const [mine, yours] = [
          await ask(ours, block, message, transport),
          await ask(theirs, block, message, transport),
        ];
        expect(settled(mine, name), JSON.stringify(form)).toBe(settled(yours, name));
      }
    },
  );
});
