import type { pino } from "pino";

/** pino's numbers as the words operators know from CoreDNS's log. */
const LEVEL_WORDS: Readonly<Record<number, string>> = {
  20: "DEBUG",
  30: "INFO",
  40: "WARNING",
  50: "ERROR",
};

const metadata = Symbol.for("pino.metadata");

/** The properties that pino sets before write() on destinations that ask for them. */
interface WithMetadata {
  lastLevel: number;
  lastMsg: string;
  lastObj: object | null;
  lastLogger: pino.Logger | null;
}

/**
 * A destination for pino that prints `[LEVEL] plugin/name: sentence key=value`, one line an entry: what a reader of
 * CoreDNS's log expects. The JSON that pino has made is dropped.
 */
export function textDestination(print: (line: string) => void): pino.DestinationStream {
  const destination: WithMetadata & pino.DestinationStream & { readonly [metadata]: true } = {
    [metadata]: true,
    lastLevel: 0,
    lastMsg: "",
    lastObj: null,
    lastLogger: null,
    write() {
      const bindings = destination.lastLogger?.bindings() ?? {};
      print(
        formatLine(destination.lastLevel, destination.lastMsg, {
          ...bindings,
          ...destination.lastObj,
        }),
      );
    },
  };
  return destination;
}

function formatLine(level: number, message: string, fields: object): string {
  let prefix = "";
  let suffix = "";
  for (const [key, value] of Object.entries(fields)) {
    if (key === "plugin") prefix = `plugin/${value}: `;
    else suffix += ` ${key}=${formatValue(value)}`;
  }
  return `[${LEVEL_WORDS[level] ?? "INFO"}] ${prefix}${message}${suffix}\n`;
}

function formatValue(value: unknown): string {
  const text = value instanceof Error ? value.message : value;
  if (typeof text !== "string") return JSON.stringify(text);
  return /[\s"=]/.test(text) ? JSON.stringify(text) : text;
}
