import { findIn } from "#linux/command.ts";
import type { CniCommand, PluginRequest, PluginType, Result } from "../contract.ts";
import { CniError, ForeignCniError } from "../errors.ts";
import { isObject } from "../json.ts";
import { decodeResult } from "../plugin/result/decode.ts";
import { isSupported } from "../plugin/version.ts";

/**
 * A plugin of another make that ours hands a part of its work to: the same configuration and environment, found in
 * CNI_PATH (specification §4, "Plugin Delegation").
 */
export function delegate(type: string): PluginType {
  const silently = async (request: PluginRequest): Promise<void> => {
    await execute(type, request, request.command);
  };
  return {
    name: type,
    async add(request): Promise<Result> {
      try {
        return decode(type, await execute(type, request, "ADD"), request);
      } catch (error) {
        // What it may have done half is its own to undo; the first error is the one to tell.
        await execute(type, request, "DEL").catch(() => undefined);
        throw error;
      }
    },
    del: (request) => execute(type, request, "DEL").then(() => undefined),
    check: silently,
    gc: silently,
    status: silently,
  };
}

async function execute(type: string, request: PluginRequest, command: CniCommand): Promise<string> {
  // Few networks have another make's plugin, and each process would load this for them.
  const [{ spawn }, { text }] = await Promise.all([
    import("node:child_process"),
    import("node:stream/consumers"),
  ]);
  const child = spawn(find(type, request.pluginFolders), {
    env: { ...request.env, CNI_COMMAND: command },
    stdio: ["pipe", "pipe", "inherit"],
  });
  // One that ends without reading shuts the pipe; its exit status says the rest.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(request.configuration.raw));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [stdout, status] = await Promise.all([text(child.stdout), ended]);
  if (status === 0) return stdout;
  throw toError(type, stdout, status);
}

function find(type: string, folders: readonly string[]): string {
  if (/[/\\]/.test(type))
    throw new CniError(7, `type: "${type}" has a slash and is no file's name`);
  const found = findIn(folders, type);
  if (found !== undefined) return found;
  throw new CniError(7, `failed to find plugin "${type}" in path [${folders.join(" ")}]`);
}

function decode(type: string, stdout: string, { configuration }: PluginRequest): Result {
  const value = parse(stdout);
  const version = isObject(value) ? value.cniVersion : undefined;
  const isKnown = typeof version === "string" && isSupported(version);
  return decodeResult(value, isKnown ? version : configuration.cniVersion, `result of ${type}`);
}

function toError(type: string, stdout: string, status: number | null): ForeignCniError {
  const value = parse(stdout);
  if (!isObject(value))
    return new ForeignCniError(type, 999, `ended with status ${status}`, stdout);
  const { code, msg, details } = value;
  return new ForeignCniError(
    type,
    typeof code === "number" ? code : 999,
    typeof msg === "string" ? msg : `ended with status ${status}`,
    typeof details === "string" ? details : "",
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
