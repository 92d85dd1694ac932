/** agnhost, the Kubernetes project's image for tests of networks: the subcommands that have to do with networks. */
import { commands } from "./commands.ts";

const [name = "help", ...args] = process.argv.slice(2);

function help(): void {
  const width = Math.max(...Object.keys(commands).map((command) => command.length));
  const lines = Object.entries(commands).map(
    ([command, { short }]) => `  ${command.padEnd(width)}  ${short}`,
  );
  process.stdout.write(
    `What the lab has of agnhost.\n\nUsage:\n  agnhost [command]\n\nAvailable Commands:\n${lines.join("\n")}\n`,
  );
}

if (/^(?:help|-h|--help)$/.test(name)) {
  help();
} else {
  const command = commands[name];
  if (command === undefined) {
    process.stderr.write(
      `Error: unknown command "${name}" for "agnhost"\nThe lab's stand-in has: ${Object.keys(commands).join(", ")}\n`,
    );
    process.exit(1);
  }
  const run = await command.load();
  try {
    await run(args);
  } catch (error) {
    process.stderr.write(`Error: ${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
