import { findCommand } from "#linux/command.ts";
import { FairleadError } from "#observe/errors.ts";

interface Machine {
  readonly platform: string;
  readonly userId: number | undefined;
  readonly hasCommand: (command: string) => boolean;
}

/** Commands that the lab's own processes and its nodes call, with Debian's package of each. */
const commands: Readonly<Record<string, string>> = {
  unshare: "util-linux",
  mount: "mount",
  ip: "iproute2",
  nft: "nftables",
};

/** What the machine lacks for a lab, each in words that say what to do about it. */
function lacks(machine: Machine): readonly string[] {
  if (machine.platform !== "linux") return [`Linux: this is ${machine.platform}`];
  const missing = Object.entries(commands)
    .filter(([command]) => !machine.hasCommand(command))
    .map(([command, name]) => `the command ${command}: apt-get install ${name}`);
  return machine.userId === 0 ? missing : ["root: run it with sudo", ...missing];
}

/** @throws FairleadError FL-M001 that names everything at once */
export function checkMachine(machine: Machine = thisMachine()): void {
  const missing = lacks(machine);
  if (missing.length > 0) throw new FairleadError("FL-M001", `a lab needs ${missing.join("; ")}`);
}

function thisMachine(): Machine {
  return {
    platform: process.platform,
    userId: process.getuid?.(),
    hasCommand: (command) => findCommand(command) !== undefined,
  };
}
