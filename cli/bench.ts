import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { Suite } from "#bench/contract.ts";
import { createProgress } from "#bench/progress.ts";
import { renderScenario } from "#bench/results.ts";
import { runBench } from "#bench/run.ts";
import { cniSuite, dnsSuite, nodeSuite, proxySuite } from "#bench/suites.ts";
import { FairleadError } from "#observe/errors.ts";
import type { CommandIo, Run } from "./contract.ts";

interface BenchFlags {
  readonly rounds: number;
  readonly quick: boolean;
  readonly only: readonly string[];
  readonly servers: readonly string[];
  readonly output: "text" | "json";
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("give a whole number from 1 up.");
  }
  return value;
}

function commaList(text: string): readonly string[] {
  return text.split(",").filter((part) => part !== "");
}

async function bench(suite: Suite, flags: BenchFlags, io: CommandIo): Promise<void> {
  const { scenarios } = suite;
  const chosen = scenarios.filter(
    ({ name }) => flags.only.length === 0 || flags.only.includes(name),
  );
  const names = scenarios.map(({ name }) => name);
  const unknown = flags.only.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const known = names.join(", ");
    throw new FairleadError(
      "FL-U001",
      `there is no scenario ${unknown.join(", ")}; there are ${known}`,
    );
  }
  const results = await runBench(suite, {
    scenarios: chosen,
    rounds: flags.quick ? Math.min(flags.rounds, 3) : flags.rounds,
    quick: flags.quick,
    servers: flags.servers,
    progress: createProgress(io.stderr, () => performance.now()),
    signal: io.stop,
  });
  io.stdout.write(
    flags.output === "json"
      ? `${JSON.stringify(results)}\n`
      : results.map((result) => renderScenario(result, suite.name)).join("\n"),
  );
}

/** `fairlead bench`: measures Fairlead against other servers on this machine. */
export const run: Run = async (args, io) => {
  const program = new Command("fairlead bench").exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
  });
  const suites = [
    {
      suite: dnsSuite,
      summary: "the DNS server against Knot DNS, dnsmasq and CoreDNS; writes bench/RESULTS.md",
    },
    {
      suite: proxySuite,
      summary: "the Service proxy against other layouts of rules; writes bench/RESULTS.md",
    },
    {
      suite: cniSuite,
      summary: "the CNI plugin against the reference plugins; writes bench/RESULTS.md",
    },
    {
      suite: nodeSuite,
      summary: "a node's process: memory, idle CPU, convergence; writes bench/RESULTS.md",
    },
  ];
  for (const { suite, summary } of suites)
    program
      .command(suite.name)
      .description(summary)
      .option("--rounds <count>", "paired rounds of each scenario", positiveInteger, 15)
      .option("--quick", "short runs that show it works; nothing is saved", false)
      .option("--only <names>", "these scenarios, separated by commas", commaList, [])
      .option(
        "--servers <names>",
        "these servers, separated by commas; nothing is saved",
        commaList,
        [],
      )
      .addOption(
        new Option("-o, --output <format>", "how to print the results")
          .choices(["text", "json"])
          .default("text"),
      )
      .action((flags: BenchFlags) => bench(suite, flags, io));
  try {
    await program.parseAsync([...args], { from: "user" });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // commander has printed what is wrong, or the help that was asked for.
    return error.exitCode === 0 ? 0 : 2;
  }
};
