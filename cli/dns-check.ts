import { CorefileSource } from "#dns/corefile/source.ts";
import { checkCorefile } from "#dns/server/check.ts";
import { FairleadError } from "#observe/errors.ts";
import { createLogger } from "#observe/logger.ts";
import type { CommandIo } from "./contract.ts";
import { readPort } from "./dns-port.ts";
import { type GoFlag, goFlagHelp, parseGoCommandLine } from "./go-flags.ts";

const flags: readonly GoFlag[] = [
  { name: "conf", value: "FILE", help: "Corefile to check; the same as FILE" },
  { name: "dns.port", value: "PORT", help: "port where a server block names none (default 53)" },
  { name: "help", value: "", help: "print this" },
];

/** `fairlead dns check FILE`: a line for each server block, or what is wrong with the Corefile and status 1. */
export async function check(args: readonly string[], io: CommandIo): Promise<number> {
  const { values, words } = parseGoCommandLine(args, flags);
  if (values.has("help")) {
    io.stdout.write(`Usage: fairlead dns check [flags] FILE\n\n${goFlagHelp(flags)}`);
    return 0;
  }
  const [file, ...others] = [...(values.has("conf") ? [values.get("conf")] : []), ...words];
  if (file === undefined || others.length > 0) {
    throw new FairleadError("FL-U001", "dns check takes one Corefile: fairlead dns check FILE");
  }
  const source = new CorefileSource({ file, defaultPort: readPort(values), environment: io.env });
  const reading = source.read();
  try {
    if ("error" in reading) throw reading.error;
    const logger = createLogger({ print: (line) => io.stderr.write(line) });
    for (const line of await checkCorefile(reading.corefile, logger)) io.stdout.write(`${line}\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof FairleadError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return 1;
  }
}
