import { appendFileSync } from "node:fs";
import { plainAddress } from "../serving/listen.ts";
import { slashedTime } from "../serving/times.ts";
import type { Exchange } from "./exchange.ts";
import { directivesOf } from "./scope.ts";
import { filled } from "./variables.ts";

export type Level = "debug" | "info" | "notice" | "warn" | "error" | "crit" | "alert" | "emerg";
const levels: readonly string[] = "debug info notice warn error crit alert emerg".split(" ");

/** A line about a request. */
export type ErrorLog = (exchange: Exchange, level: Level, words: string) => void;

const combined =
  '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent"';

/** The image has its logs in these files, which are its standard output and error. */
const standardOutput = new Set(["/var/log/nginx/access.log", "/dev/stdout", "/proc/self/fd/1"]);
const standardError = new Set([
  "stderr",
  "/var/log/nginx/error.log",
  "/dev/stderr",
  "/proc/self/fd/2",
]);

function write(path: string, line: string): void {
  if (standardOutput.has(path)) process.stdout.write(line);
  else if (standardError.has(path)) process.stderr.write(line);
  else if (path !== "/dev/null") appendFileSync(path, line);
}

/** Writes the line of `access_log`; a variable without a value is "-". */
export function logAccess(exchange: Exchange): void {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const directives = directivesOf(scope, "access_log");
  if (directives.some(({ args }) => args[0] === "off")) return;
  const rows =
    directives.length === 0 ? [["/var/log/nginx/access.log"]] : directives.map(({ args }) => args);
  for (const [path = "", formatName = "combined"] of rows) {
    const format = formatOf(exchange, formatName);
    const line = format.replace(/\$\{?\w+\}?/g, (variable) => filled(variable, exchange) || "-");
    write(filled(path, exchange), `${line}\n`);
  }
}

function formatOf(exchange: Exchange, name: string): string {
  const formats = directivesOf(exchange.server.scope, "log_format");
  const parts = formats.find(({ args }) => args[0] === name)?.args.slice(1) ?? [combined];
  return parts.filter((part) => !part.startsWith("escape=")).join("");
}

/** The line of a request in `error_log`, when its level is not below the one set there. */
export const logError: ErrorLog = (exchange, level, words) => {
  const scope = exchange.location?.scope ?? exchange.server.scope;
  const [path = "stderr", least = "error"] = directivesOf(scope, "error_log")[0]?.args ?? [];
  if (levels.indexOf(level) < levels.indexOf(least)) return;
  const { request } = exchange;
  const facts = [
    `client: ${plainAddress(request.socket.remoteAddress)}`,
    `server: ${filled("$server_name", exchange)}`,
    `request: "${request.method} ${request.url} HTTP/${request.httpVersion}"`,
    ...(exchange.upstream.address === "" || !words.includes("upstream")
      ? []
      : [`upstream: "http://${exchange.upstream.address.split(", ").at(-1)}${request.url}"`]),
    `host: "${request.headers.host ?? ""}"`,
  ];
  write(path, errorLine(level, `*${exchange.connection} ${words}, ${facts.join(", ")}`));
};

/** A line of the process itself. */
export function errorLine(level: Level, words: string): string {
  return `${slashedTime(new Date())} [${level}] ${process.pid}#${process.pid}: ${words}\n`;
}
