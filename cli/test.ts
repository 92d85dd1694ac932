import { type FileHandle, open } from "node:fs/promises";
import { loadKubeConfig } from "#inspect/cluster-access.ts";
import {
  isWell,
  junitXml,
  probeLine,
  resultLine,
  resultsJson,
  summaryLine,
} from "#inspect/connectivity/report.ts";
import { chosenProbes, testConnectivity } from "#inspect/connectivity/run.ts";
import { FairleadError } from "#observe/errors.ts";
import { accessFlags, accessOf } from "./access-flags.ts";
import type { CommandIo } from "./contract.ts";
import { durationMs, formatOf, isTrue } from "./flag-values.ts";
import { type GoFlag, goFlagHelp, parseGoFlags } from "./go-flags.ts";
import { isPainted } from "./painted.ts";
import { run as runProber } from "./test-prober.ts";

const flags: readonly GoFlag[] = [
  { name: "test", value: "NAME,...", help: "these probes only (default all)", repeats: true },
  { name: "list", value: "", help: "list the probes and end" },
  { name: "namespace", value: "NAME", help: "made for the test (default fairlead-test)" },
  { name: "image", value: "IMAGE", help: "of the test's pods (default the cluster's Fairlead)" },
  { name: "cluster-domain", value: "NAME", help: "default cluster.local" },
  {
    name: "external-name",
    value: "NAME",
    help: "a name outside the cluster (default example.com; none)",
  },
  { name: "timeout", value: "DURATION", help: "of an attempt (default 5s); there are three" },
  { name: "ready-timeout", value: "DURATION", help: "of the pods (default 2m)" },
  { name: "keep", value: "", help: "leave the namespace for a look" },
  { name: "junit-file", value: "FILE", help: "write the results there as JUnit's XML" },
  { name: "o", value: "FORMAT", help: "text (default) or json" },
  ...accessFlags,
  { name: "help", value: "", help: "this text" },
];

/** Status 0 when every probe passed or was skipped for a reason, 1 when one failed, 2 for flags at fault. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [what, ...rest] = args;
  if (what === "prober") return runProber(rest, io);
  if (what === "connectivity") return connectivity(rest, io);
  const usage = "Usage: fairlead test connectivity [flags]\n";
  if (what === undefined || what === "--help" || what === "-help" || what === "-h") {
    io.stdout.write(usage);
    return what === undefined ? 2 : 0;
  }
  throw new FairleadError("FL-U001", `there is no test '${what}'; there is connectivity`);
}

async function connectivity(args: readonly string[], io: CommandIo): Promise<number> {
  const values = parseGoFlags(args, flags);
  if (values.has("help")) {
    io.stdout.write(
      `Usage: fairlead test connectivity [flags]\n\nWhether pods, nodes and Services of a cluster reach one another.\n\n${goFlagHelp(flags)}`,
    );
    return 0;
  }
  const only = values.get("test")?.split(",") ?? [];
  const chosen = chosenProbes(only);
  if (isTrue(values, "list", false)) {
    for (const probe of chosen) io.stdout.write(probeLine(probe));
    return 0;
  }
  const isJson = formatOf(values) === "json";
  const junit = await openJunit(values.get("junit-file"));
  const external = values.get("external-name") ?? "example.com";
  const results = await testConnectivity(
    await loadKubeConfig(accessOf(values)),
    {
      namespace: values.get("namespace") ?? "fairlead-test",
      image: values.get("image"),
      clusterDomain: values.get("cluster-domain") ?? "cluster.local",
      externalName: external === "none" ? undefined : external,
      readyTimeoutMs: durationMs(values, "ready-timeout", 120_000),
      attemptTimeoutMs: durationMs(values, "timeout", 5_000),
      only,
      keep: isTrue(values, "keep", false),
    },
    {
      progress: (text) => io.stderr.write(`${text}\n`),
      result: (result) => {
        if (!isJson) io.stdout.write(resultLine(result, isPainted(io)));
      },
    },
    io.stop,
  );
  io.stdout.write(isJson ? resultsJson(results) : summaryLine(results));
  await junit?.writeFile(junitXml(results));
  await junit?.close();
  return isWell(results) && !io.stop.aborted ? 0 : 1;
}

/** Before the test, whose results would else be lost with a wrong path. @throws FairleadError FL-U001 */
async function openJunit(file: string | undefined): Promise<FileHandle | undefined> {
  if (file === undefined) return undefined;
  return open(file, "w").catch((error: Error) => {
    throw new FairleadError("FL-U001", `-junit-file ${file} cannot be written: ${error.message}`);
  });
}
