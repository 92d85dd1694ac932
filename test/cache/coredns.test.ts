/** The same queries to Fairlead and to a real CoreDNS, in the same time, each with an upstream of its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Message } from "#dns/wire/contract.ts";
import { decodeMessage } from "#dns/wire/decode.ts";
import { encodeMessage } from "#dns/wire/encode.ts";
import { exchangeUdp } from "#test/conformance/client.ts";
import { describeWhere, findCoreDns } from "#test/support/capabilities.ts";
import { fairleadCommand, until } from "#test/support/dns-server.ts";
import { query } from "#test/support/plugin.ts";
import { freePorts } from "#test/support/ports.ts";
import { type Daemon, startDaemon } from "#test/support/processes.ts";
import type { ScriptedUpstream } from "#test/upstream/server.ts";
import { toZoneText } from "#test/zone-text/zone-text.ts";
import { cases } from "./cases.ts";
import { startNamedUpstream } from "./upstream.ts";

const HOST = "127.0.0.1";
const FIRST_PORT = 29_300;
/** What the last step has set going in the background ends within it. */
const BACKGROUND_MS = 500;

/** One implementation with a block, and an upstream, for each case. */
interface CaseServer {
  readonly daemon: Daemon;
  readonly ports: readonly number[];
  readonly upstreams: readonly ScriptedUpstream[];
}

async function startCases(
  command: string,
  args: readonly string[],
  folder: string,
): Promise<CaseServer> {
  const upstreams = await Promise.all(cases.map(startNamedUpstream));
  const ports = await freePorts(cases.length, FIRST_PORT);
  const file = join(folder, `Corefile-${ports[0]}`);
  const blocks = cases.map(
    ({ cache }, at) =>
      `.:${ports[at]} {\nbind ${HOST}\n${cache}\nforward . ${upstreams[at]?.label} {\nmax_fails 0\n}\n}\n`,
  );
  writeFileSync(file, blocks.join(""));
  const daemon = startDaemon(command, [...args, "-conf", file]);
  const probe = encodeMessage(query("probe.example.").message);
  const answers = (port: number) =>
    exchangeUdp({ host: HOST, port }, probe, 200).catch(() => undefined);
  try {
    await until(
      async () => (await Promise.all(ports.map(answers))).every((answer) => answer !== undefined),
      () => daemon.isOver(),
    );
  } catch {
    await daemon.stop();
    throw new Error(`${command} does not answer:\n${daemon.output()}`);
  }
  return { daemon, ports, upstreams };
}

async function ask(port: number, step: string): Promise<Message | undefined> {
  const [name, type, ...flags] = step.split(" ");
  const asked = query(`${name}. ${type}`, {
    checkingDisabled: flags.includes("+cd"),
    authenticData: flags.includes("+ad"),
    ...(flags.includes("+do") ? { edns: { dnssecOk: true } } : {}),
  });
  const reply = await exchangeUdp({ host: HOST, port }, encodeMessage(asked.message));
  return reply === undefined ? undefined : decodeMessage(reply);
}

/** All but the TTLs and the OPT, which CoreDNS gives clients now and then that sent none; in lower case. */
function withoutTtl(message: Message | undefined): string {
  if (message === undefined) return "no answer";
  const { edns: _none, ...rest } = message;
  const section = <T extends { readonly ttlSeconds: number }>(records: readonly T[]) =>
    records.map((record) => ({ ...record, ttlSeconds: 0 }));
  const { answers, authorities, additionals } = rest;
  return toZoneText({
    ...rest,
    answers: section(answers),
    authorities: section(authorities),
    additionals: section(additionals),
  }).toLowerCase();
}

const ttlsOf = (message: Message | undefined): number[] =>
  message === undefined
    ? []
    : [...message.answers, ...message.authorities, ...message.additionals].map(
        ({ ttlSeconds }) => ttlSeconds,
      );

/** What the upstream of a block was asked, the probes apart. */
const askedOf = ({ upstreams }: CaseServer, at: number): string[] =>
  (upstreams[at]?.asked ?? [])
    .map(({ message, transport }) => {
      const [question] = message.questions;
      const { authenticData, checkingDisabled } = message.flags;
      const flags = `${authenticData ? " ad" : ""}${checkingDisabled ? " cd" : ""}`;
      return `${question?.name} ${question?.type} ${transport}${flags}`.toLowerCase();
    })
    .filter((line) => !line.startsWith("probe."));

describeWhere(["coredns"], "cache gives what CoreDNS gives", () => {
  let folder: string;
  let ours: CaseServer | undefined;
  let theirs: CaseServer | undefined;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "fairlead-cache-"));
    ours = await startCases(fairleadCommand, ["dns"], folder);
    theirs = await startCases(findCoreDns() ?? "coredns", [], folder);
  });
  afterAll(async () => {
    for (const server of [ours, theirs]) {
      await server?.daemon.stop();
      await Promise.all((server?.upstreams ?? []).map((upstream) => upstream.close()));
    }
    rmSync(folder, { recursive: true });
  });

  test.concurrent.each(cases.map((row, at) => [row.name, at, row] as const))(
    "%s",
    async (_, at, { steps }) => {
      if (ours === undefined || theirs === undefined) throw new Error("the servers do not run");
      for (const [turn, step] of steps.entries()) {
        if (typeof step === "number") {
          await sleep(step);
          continue;
        }
        const ports = [ours.ports[at] ?? 0, theirs.ports[at] ?? 0];
        const [mine, yours] = await Promise.all(ports.map((port) => ask(port, step)));
        const label = `${turn}: ${step}`;
        expect(withoutTtl(mine), label).toBe(withoutTtl(yours));
        for (const [index, ttl] of ttlsOf(mine).entries()) {
          expect(Math.abs(ttl - (ttlsOf(yours)[index] ?? 0)), label).toBeLessThanOrEqual(1);
        }
      }
      await sleep(BACKGROUND_MS);
      expect(askedOf(ours, at)).toEqual(askedOf(theirs, at));
    },
  );
});
