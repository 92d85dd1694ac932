import { resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import type { NodeVerb } from "#lab/machine/contract.ts";
import { defaultFolder, defaultSubnet } from "#lab/machine/plan.ts";
import type { CommandIo } from "./contract.ts";

interface FolderFlags {
  readonly folder: string;
}
interface OutputFlags extends FolderFlags {
  readonly output: "text" | "json";
}

const verbs: Readonly<Record<NodeVerb, string>> = {
  stop: "cut a node's power: its processes are killed, what was in memory is gone",
  start: "boot a node that was stopped",
  partition: "pull a node's cable out",
  heal: "plug it in again",
};

/** `fairlead lab`: a cluster on this machine. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  // All that follows is kubectl's, flags of the same names too.
  if (args[0] === "kubectl") {
    const { runKubectl } = await import("./lab/kubectl.ts");
    return runKubectl(folderOf(io), args.slice(1));
  }
  const outcome = { status: 0 };
  try {
    await define(io, (status) => {
      outcome.status = status;
    }).parseAsync([...args], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? 0 : 2;
  }
  return outcome.status;
}

function define(io: CommandIo, end: (status: number) => void): Command {
  const program = new Command("fairlead lab")
    .description("A cluster on this machine: no Kubernetes, no images, no downloads.")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    });
  const add = (name: string, summary: string): Command =>
    program
      .command(name)
      .description(summary)
      .addOption(
        new Option("--folder <dir>", "of the lab ($FAIRLEAD_LAB)")
          .argParser((text: string) => resolve(text))
          .default(folderOf(io)),
      );
  const output = (): Option =>
    new Option("-o, --output <format>", "text or json").choices(["text", "json"]).default("text");

  add("up", "bring the cluster up and wait until it is ready")
    .option("--nodes <n>", "how many", wholeNumber, 3)
    .option("--subnet <cidr>", "of nodes and LoadBalancer addresses, a /23", defaultSubnet)
    .addOption(output())
    .action(async (flags: OutputFlags & { nodes: number; subnet: string }) => {
      const { up } = await import("./lab/up.ts");
      const { folder, nodes, subnet } = flags;
      end(await up({ folder, nodeCount: nodes, subnet }, flags.output, io));
    });
  add("down", "take the cluster away, with everything that it has made").action(
    async ({ folder }: FolderFlags) => {
      const { down } = await import("./lab/down.ts");
      end(await down(folder, io));
    },
  );
  add("status", "how the lab, its nodes and its pods are")
    .addOption(output())
    .action(async (flags: OutputFlags) => {
      const { status } = await import("./lab/status.ts");
      end(await status(flags.folder, flags.output, io));
    });
  add("exec", "run a command in a pod's container")
    .argument("<pod>")
    .argument("<command...>", "behind --")
    .option("-n, --namespace <name>", "of the pod", "default")
    .option("-c, --container <name>", "of the pod's (default the first)")
    .option("-i, --stdin", "hand it this command's input")
    .option("-t, --tty", "give it a terminal")
    .action(async (pod: string, command: readonly string[], flags) => {
      const { exec } = await import("./lab/exec.ts");
      end(await exec({ pod, command, ...flags }));
    });
  add("kubeconfig", "print the path of the kubeconfig")
    .option("--raw", "print what is in it")
    .action(async ({ folder, raw }: FolderFlags & { raw?: true }) => {
      const { printKubeconfig } = await import("./lab/kubeconfig.ts");
      end(await printKubeconfig(folder, raw === true, io));
    });
  program.command("kubectl").description("kubectl with the lab's kubeconfig").argument("[args...]");
  add("logs", "print what a process of the lab has logged")
    .argument("[process]", "apiserver, supervisor, outside-dns or a node (default: name them all)")
    .action(async (process: string | undefined, { folder }: FolderFlags) => {
      const { printLogs } = await import("./lab/logs.ts");
      end(await printLogs(folder, process, io));
    });
  add("node", "what befalls a node")
    .addHelpText(
      "after",
      Object.entries(verbs)
        .map(([verb, does]) => `\n  ${verb.padEnd(10)} ${does}`)
        .join(""),
    )
    .argument("<verb>", Object.keys(verbs).join(", "), nodeVerb)
    .argument("<name>")
    .action(async (verb: NodeVerb, name: string, { folder }: FolderFlags) => {
      const { actOnNode } = await import("#lab/machine/control/client.ts");
      await actOnNode(folder, name, verb);
      io.stdout.write(`${name}: ${verb} is done\n`);
    });
  return program;
}

function folderOf({ env }: CommandIo): string {
  return resolve(env.FAIRLEAD_LAB || defaultFolder);
}

function wholeNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new InvalidArgumentError("give a number, e.g. 3");
}

function nodeVerb(text: string): NodeVerb {
  if (Object.hasOwn(verbs, text)) return text as NodeVerb; // The keys are its words.
  throw new InvalidArgumentError(`it is one of ${Object.keys(verbs).join(", ")}`);
}
