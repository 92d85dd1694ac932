import { Emergency } from "./errors.ts";
import { mainFile } from "./image-files.ts";

export interface Flags {
  readonly action: "serve" | "test" | "dump" | "version" | "help" | "signal";
  readonly file: string;
  /** Directives that go before those of the file. */
  readonly globals: string;
  readonly signal: NodeJS.Signals | undefined;
  readonly isQuiet: boolean;
}

const signals: Readonly<Record<string, NodeJS.Signals>> = {
  stop: "SIGTERM",
  quit: "SIGQUIT",
  reload: "SIGHUP",
  reopen: "SIGUSR1",
};

/**
 * Reads nginx' command line: -c FILE, -g DIRECTIVES, -s SIGNAL, -t, -T, -v, -V, -q, -p and -e (whose value has no effect), -h.
 * @throws Emergency for what it does not have
 */
export function parseFlags(args: readonly string[]): Flags {
  const rest = [...args];
  let flags: Flags = {
    action: "serve",
    file: mainFile,
    globals: "",
    signal: undefined,
    isQuiet: false,
  };
  const value = (flag: string, attached: string): string => {
    const text = attached === "" ? rest.shift() : attached;
    if (text === undefined) throw new Emergency(`option "-${flag}" requires a value`);
    return text;
  };
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    const [, flag = "", attached = ""] = /^-([a-zA-Z?])(.*)$/s.exec(arg) ?? [];
    if (flag === "") throw new Emergency(`invalid option: "${arg}"`);
    if (flag === "c") flags = { ...flags, file: value(flag, attached) };
    else if (flag === "g") flags = { ...flags, globals: value(flag, attached) };
    else if (flag === "p" || flag === "e") value(flag, attached);
    else if (flag === "s")
      flags = { ...flags, action: "signal", signal: signalOf(value(flag, attached)) };
    else if (flag === "q") flags = { ...flags, isQuiet: true };
    else if (flag === "t") flags = { ...flags, action: "test" };
    else if (flag === "T") flags = { ...flags, action: "dump" };
    else if (flag === "v" || flag === "V") flags = { ...flags, action: "version" };
    else if (flag === "h" || flag === "?") flags = { ...flags, action: "help" };
    else throw new Emergency(`invalid option: "${flag}"`);
  }
  return flags;
}

function signalOf(name: string): NodeJS.Signals {
  const signal = signals[name];
  if (signal === undefined) throw new Emergency(`invalid option: "-s ${name}"`);
  return signal;
}
