import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeMessage } from "#dns/wire/encode.ts";
import { replyTo } from "#dns/wire/reply.ts";
import { exchangeUdp } from "#test/conformance/client.ts";
import { until } from "#test/support/dns-server.ts";
import { query } from "#test/support/plugin.ts";
import { freePorts } from "#test/support/ports.ts";
import { startDaemon } from "#test/support/processes.ts";
import { startUpstream } from "#test/upstream/server.ts";
import { cases, files } from "./cases.ts";

/** One implementation: a block for each case, all on one port, each on a loopback address of its own. */
export interface CaseServer {
  readonly port: number;
  stop(): Promise<void>;
}

export const hostOf = (index: number): string => `127.77.0.${index + 1}`;

/** What all blocks find: the files, and the upstream that says which options it was sent. */
export interface Surroundings {
  readonly folder: string;
  readonly upstream: string;
  close(): Promise<void>;
}

export async function prepareSurroundings(): Promise<Surroundings> {
  const folder = mkdtempSync(join(tmpdir(), "fairlead-plugins-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const upstream = await startUpstream(({ message }) => {
    const options = message.edns?.options ?? [];
    const shown = options.map(({ code, data }) => `${code} ${Buffer.from(data).toString("hex")}`);
    const [question] = message.questions;
    const texts = [message.edns === undefined ? "no OPT" : "OPT", ...shown.sort()];
    const record = {
      name: question?.name ?? ".",
      class: 1,
      ttlSeconds: 5,
      type: "TXT",
      texts,
    } as const;
    return [{ send: encodeMessage(replyTo(message, { answers: [record] })) }];
  });
  return {
    folder,
    upstream: upstream.label,
    async close() {
      await upstream.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Starts a command that takes CoreDNS's flags, and waits until all blocks answer. */
export async function startCases(
  command: string,
  args: readonly string[],
  { folder, upstream }: Surroundings,
): Promise<CaseServer> {
  const [port = 0] = await freePorts(1);
  const file = join(folder, `Corefile-${port}`);
  const blocks = cases.map(({ block }, index) => {
    const lines = block.replaceAll("DIR", folder).replaceAll("UPSTREAM", upstream);
    return `.:${port} {\nbind ${hostOf(index)}\n${lines}\n}\n`;
  });
  writeFileSync(file, blocks.join(""));
  const daemon = startDaemon(command, [...args, "-conf", file]);
  const probe = encodeMessage(query("probe.nowhere.").message);
  const answer = (index: number) =>
    exchangeUdp({ host: hostOf(index), port }, probe, 200).catch(() => undefined);
  const answerOfAll = () => Promise.all(cases.map((_, index) => answer(index)));
  try {
    await until(
      async () => (await answerOfAll()).every((reply) => reply !== undefined),
      () => daemon.isOver(),
    );
  } catch {
    await daemon.stop();
    throw new Error(`${command} does not answer:\n${daemon.output()}`);
  }
  return { port, stop: () => daemon.stop() };
}
