import { EventEmitter } from "node:events";
import { constants } from "node:os";
import { FairleadError } from "#observe/errors.ts";
import { commands } from "./commands.ts";
import type { CommandIo } from "./contract.ts";
import { wrapText } from "./wrap.ts";

function help(): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const rows = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
  return `fairlead: service networking for Kubernetes\n\nUsage: fairlead COMMAND [flags]\n\n${rows.join("\n")}\n\n'fairlead COMMAND --help' lists the flags of a command.\n`;
}

function errorText(command: string, { code, message, remedy }: FairleadError): string {
  const text = `fairlead ${command}: ${code}: ${message}\n`;
  // Messages of failed system calls hold the remedy already.
  return message.includes(remedy) ? text : `${text}  ${remedy}\n`;
}

/** Bare flags mean the DNS server, so that the image runs with the arguments of CoreDNS's. */
function withCommand(argv: readonly string[]): readonly string[] {
  return /^-{1,2}(?:conf|dns\.port)\b/.test(argv[0] ?? "") ? ["dns", ...argv] : argv;
}

/** Dispatches to a command; a FairleadError becomes one line with its code and remedy. */
export async function main(argv: readonly string[], io: CommandIo): Promise<number> {
  const [name, ...args] = withCommand(argv);
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    io.stdout.write(help());
    return name === undefined ? 2 : 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    io.stderr.write(
      `fairlead: there is no command '${name}'; there are ${commands.map((known) => known.name).join(", ")}\n`,
    );
    return 2;
  }
  try {
    const { run } = await command.load();
    return await run(args, io);
  } catch (error) {
    if (!(error instanceof FairleadError)) throw error;
    const { columns } = io.stderr;
    const text = errorText(name, error);
    io.stderr.write(columns === undefined ? text : wrapText(text, columns));
    return error.code === "FL-U001" ? 2 : 1;
  }
}

if (import.meta.main) {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => controller.abort(signal));
  // The reader of a pipe has had enough, as `| head` has: the end that SIGPIPE would be, which Node ignores.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(128 + constants.signals.SIGPIPE);
  });
  // Heard from the start, also by commands without a configuration: Node would open its debugger.
  const reloads = new EventEmitter();
  process.on("SIGUSR1", () => reloads.emit("reload"));
  process.exitCode = await main(process.argv.slice(2), {
    env: process.env,
    stdout: process.stdout,
    stderr: process.stderr,
    stop: controller.signal,
    onReload: (listener) => reloads.on("reload", listener),
  });
  // A daemon that gave up may have left sockets and threads behind that would keep the process.
  if (process.exitCode !== 0) process.exit();
}
