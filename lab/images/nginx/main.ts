/** nginx for the lab: reads nginx' configuration, serves files and sends requests on. What it has is in directives.ts. */
import { promises as dns } from "node:dns";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { endAtSignal } from "../serving/ending.ts";
import { buildConfiguration } from "./build.ts";
import type { Configuration, ReadFile } from "./contract.ts";
import { Emergency } from "./errors.ts";
import { type Flags, parseFlags } from "./flags.ts";
import { htmlFolder, imageFiles } from "./image-files.ts";
import { errorLine } from "./logs.ts";
import { readConfiguration } from "./read.ts";
import { createNginx } from "./serve.ts";
import { parseConfiguration } from "./syntax.ts";
import { nginxVersion } from "./variables.ts";

const builtIn = imageFiles(80);

/** The image's own files are there also where no image is, as in a container without a layer of its own. */
const readFile: ReadFile = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return builtIn[path];
  }
};

/** Pages of the image stand in for its folder alone: one that is mounted has what it has. */
function builtInPage(path: string): string | undefined {
  const isMounted = globSync(htmlFolder).length > 0;
  return path.startsWith(`${htmlFolder}/`) && !isMounted ? builtIn[path] : undefined;
}

function glob(pattern: string): readonly string[] {
  const found = globSync(pattern).sort();
  const hasFolder = globSync(resolve(pattern, "..")).length > 0;
  return found.length > 0 || hasFolder || !pattern.startsWith("/etc/nginx/conf.d/")
    ? found
    : ["/etc/nginx/conf.d/default.conf"];
}

async function load({ file, globals }: Flags): Promise<Configuration> {
  const directives = [
    ...parseConfiguration(globals, "command line"),
    ...readConfiguration(resolve("/etc/nginx", file), readFile, glob),
  ];
  return await buildConfiguration(directives, async (host) => {
    const found = await dns.lookup(host, { all: true });
    return found.map(({ address }) => address);
  });
}

function say(words: string): void {
  process.stderr.write(`nginx: ${words}\n`);
}

async function serve(flags: Flags): Promise<void> {
  const nginx = createNginx(builtInPage);
  const configuration = await load(flags);
  process.title = "nginx: master process nginx -g daemon off;";
  // Before it listens: whoever sees that it does may send it a signal.
  process.on("SIGHUP", () => {
    notice("signal 1 (SIGHUP) received, reconfiguring");
    load(flags)
      .then((next) => nginx.use(next))
      .catch((error: Error) => process.stderr.write(errorLine("emerg", error.message)));
  });
  process.on("SIGUSR1", () => notice("signal 10 (SIGUSR1) received, reopening logs"));
  const removePid = (): void => rmSync(configuration.pidFile, { force: true });
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      notice(`${signal} received, exiting`);
      removePid();
      process.exit(0);
    });
  endAtSignal(() => nginx.servers, {
    signals: ["SIGQUIT"],
    told: () => notice("signal 3 (SIGQUIT) received, shutting down"),
    ended: () => {
      notice("exit");
      removePid();
    },
  });
  await nginx.use(configuration);
  writePid(configuration.pidFile);
  notice(`nginx/${nginxVersion}`);
  notice("start worker processes");
}

function notice(words: string): void {
  process.stderr.write(errorLine("notice", words));
}

function writePid(file: string): void {
  try {
    writeFileSync(file, `${process.pid}\n`);
  } catch (error) {
    throw new Emergency(
      `open() "${file}" failed (${error instanceof Error ? error.message : error})`,
    );
  }
}

async function signal(flags: Flags): Promise<void> {
  const { pidFile } = await load(flags);
  const pid = Number(readFile(pidFile)?.trim());
  if (!(pid > 0)) throw new Emergency(`open() "${pidFile}" failed (2: No such file or directory)`);
  process.kill(pid, flags.signal ?? "SIGTERM");
}

async function test(flags: Flags): Promise<void> {
  await load(flags);
  if (flags.isQuiet) return;
  say(`the configuration file ${flags.file} syntax is ok`);
  say(`configuration file ${flags.file} test is successful`);
  if (flags.action === "dump")
    process.stdout.write(`# configuration file ${flags.file}:\n${readFile(flags.file) ?? ""}\n`);
}

async function run(flags: Flags): Promise<void> {
  switch (flags.action) {
    case "serve":
      return await serve(flags);
    case "signal":
      return await signal(flags);
    case "test":
    case "dump":
      return await test(flags);
    case "version":
      return say(`nginx version: nginx/${nginxVersion} (the lab's stand-in)`);
    case "help":
      return say("usage: nginx [-?hvVtTq] [-s signal] [-c filename] [-g directives]");
  }
}

try {
  await run(parseFlags(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof Emergency)) throw error;
  process.stderr.write(errorLine("emerg", error.message));
  say(`[emerg] ${error.message}`);
  process.exit(1);
}
