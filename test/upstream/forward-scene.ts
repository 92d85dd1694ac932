/** A forward directive over scripted upstreams. */
import type { PluginInstance, Verdict } from "#dns/contract.ts";
import { plugin } from "#dns/plugins/forward/setup.ts";
import { rcodeName } from "#dns/wire/constants.ts";
import {
  type QueryOptions,
  query,
  refusing,
  serve,
  setUp,
  type TestProcess,
  testProcess,
} from "#test/support/plugin.ts";
import { replyWith, type Script } from "./script.ts";
import { type ScriptedUpstream, startUpstream } from "./server.ts";

export interface ForwardScene {
  readonly upstreams: readonly ScriptedUpstream[];
  readonly process: TestProcess;
  readonly instance: PluginInstance;
  /** Asks "NAME TYPE" and says what came of it: "NOERROR 10.0.0.1", or the rcode and the error. */
  ask(text: string, options?: QueryOptions): Promise<string>;
}

const running: { close(): Promise<void> }[] = [];

/** Ends whatever scenes have started; for afterEach. */
export async function closeScenes(): Promise<void> {
  await Promise.all(running.splice(0).map((one) => one.close()));
}

/** A scripted upstream that closeScenes() ends. Health checks are answered unless told otherwise. */
export async function upstream(script: Script, health = replyWith({})): Promise<ScriptedUpstream> {
  const started = await startUpstream(script, health);
  running.push(started);
  return started;
}

/**
 * One directive for the root over an upstream for each script, in their order. An answer may come as late as a query
 * waits at all, unless the options say otherwise: both sides share this thread, and a busy machine lets it stand still.
 */
export async function scene(
  scripts: readonly Script[],
  options: string,
  health?: Script,
): Promise<ForwardScene> {
  const upstreams: ScriptedUpstream[] = [];
  for (const script of scripts) upstreams.push(await upstream(script, health));
  const to = upstreams.map(({ label }) => label).join(" ");
  return directives(
    upstreams,
    `forward . ${to} {\npolicy sequential\nread_timeout 5s\n${options}\n}`,
  );
}

/** Directives as written, over upstreams that are there already. */
export async function directives(
  upstreams: readonly ScriptedUpstream[],
  lines: string,
): Promise<ForwardScene> {
  const process = testProcess();
  const instance = setUp(plugin, lines, process);
  await instance.start?.();
  running.push({ close: async () => instance.stop?.() });
  const behind = refusing(5, new Error("the plugin behind"));
  return {
    upstreams,
    process,
    instance,
    ask: async (text, options) => summary(await serve(instance, query(text, options), behind)),
  };
}

/** What a client makes of a verdict. */
export function summary(verdict: Verdict): string {
  if (verdict.kind === "refused") {
    const sentence = verdict.error?.message ?? "";
    return `${rcodeName(verdict.rcode)}: ${sentence.replace(/127\.0\.0\.1:\d+/g, "UPSTREAM")}`;
  }
  const { rcode, flags, answers } = verdict.response;
  const addresses = answers.map((record) => ("address" in record ? record.address : record.type));
  return [rcodeName(rcode), ...(flags.truncated ? ["tc"] : []), ...addresses].join(" ");
}

/** Samples of the exposition that start so, with their values. */
export async function samples({ metrics }: TestProcess, start: string): Promise<string[]> {
  const lines = (await metrics.metrics()).split("\n");
  return lines.filter((line) => line.startsWith(start));
}

/** What is counted for every query, so that only the unusual is left to tell. */
const EVERYDAY = /^coredns_(?:forward_(?:responses|requests)_|proxy_conn|\w+_healthcheck_fail)/;

/** Counters that have moved, with their labels but the upstream's: "fairlead_x_total id 1". */
export async function movedCounters(process: TestProcess): Promise<string[]> {
  const counters = [...(await samples(process, "coredns_")), ...(await samples(process, "fair"))];
  return counters
    .filter((line) => /_total[ {]/.test(line) && !line.endsWith(" 0") && !EVERYDAY.test(line))
    .map((line) => {
      const [, name = "", labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
      const shown = [...labels.matchAll(/(\w+)="([^"]*)"/g)].filter(([, key]) => key !== "to");
      return [name, ...shown.map(([, , label]) => label), value].join(" ");
    });
}
