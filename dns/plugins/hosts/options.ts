/** Reads the hosts directive. Pure: opens nothing. */
import {
  readDurationMs,
  readInteger,
  readOptions,
  readZones,
  takeArguments,
  takeOne,
} from "../../corefile/arguments.ts";
import type { Directive, Line } from "../../corefile/contract.ts";
import { CorefileError } from "../../corefile/errors.ts";
import { canonicalAddress } from "./hosts-table.ts";

export interface HostsOptions {
  readonly file: string;
  /** Lower case with trailing dot. Names elsewhere are left out. */
  readonly zones: readonly string[];
  readonly ttlSeconds: number;
  /** Addresses answer PTR queries with their names. */
  readonly reverse: boolean;
  /** 0: the file is read once. */
  readonly reloadMs: number;
  /** Zones whose unknown names go to the next plugin; absent: none. */
  readonly fallthrough?: readonly string[];
  /** Other types than A, AAAA and PTR go to the next plugin too. */
  readonly fallthroughUnsupported: boolean;
  /** Lines as in a hosts file. */
  readonly inline: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const DEFAULT_FILE = "/etc/hosts";
const DEFAULT_TTL_SECONDS = 3600;
const MAX_TTL_SECONDS = 65_535;
const DEFAULT_RELOAD_MS = 5000;

/**
 * @param blockZones the server block's zones, for a directive that names none
 * @throws CorefileError
 */
export function readHostsOptions(
  directive: Directive,
  blockZones: readonly string[],
): HostsOptions {
  const [file, ...zones] = directive.args;
  const entries = directive.block.filter(isEntry);
  const options: Mutable<HostsOptions> = {
    file: file?.text ?? DEFAULT_FILE,
    zones: readZones(zones, "zone of hosts", blockZones),
    ttlSeconds: DEFAULT_TTL_SECONDS,
    reverse: true,
    reloadMs: DEFAULT_RELOAD_MS,
    fallthroughUnsupported: false,
    inline: entries.map(({ words }) => words.map(({ text }) => text).join(" ")).join("\n"),
  };
  readOptions(
    { ...directive, block: directive.block.filter((line) => !isEntry(line)) },
    {
      ttl: (option) => {
        const range = { min: 1, max: MAX_TTL_SECONDS };
        options.ttlSeconds = readInteger(takeOne(option, "ttl SECONDS"), "ttl", range);
      },
      no_reverse: (option) => {
        takeArguments(option, "no_reverse", { max: 0 });
        options.reverse = false;
      },
      reload: (option) => {
        options.reloadMs = readDurationMs(takeOne(option, "reload DURATION"), "reload");
      },
      fallthrough: (option) => {
        options.fallthrough = readZones(option.args, "zone of fallthrough", ["."]);
      },
      fallthrough_unsupported: (option) => {
        takeArguments(option, "fallthrough_unsupported", { max: 0 });
        options.fallthroughUnsupported = true;
      },
    },
  );
  if (options.fallthroughUnsupported && options.fallthrough === undefined) {
    throw new CorefileError(
      "FL-D012",
      directive.position,
      "fallthrough_unsupported wants a fallthrough beside it",
    );
  }
  return options;
}

/** An inline entry, told from an option by the address it starts with. */
const isEntry = ({ words: [first] }: Line): boolean =>
  first !== undefined && canonicalAddress(first.text) !== undefined;
