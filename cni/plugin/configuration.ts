import type {
  CniCommand,
  CniVersion,
  JsonObject,
  PluginConfiguration,
  Result,
  ValidAttachment,
} from "../contract.ts";
import { CniError } from "../errors.ts";
import { compact, Fields, isObject } from "../json.ts";
import { namePattern } from "./environment.ts";
import { decodeDns, decodeResult } from "./result/decode.ts";
import { isSupported, supportedVersions } from "./version.ts";

/** The key of GC's list, and the one that the specification's first draft had. */
const attachmentKeys = ["cni.dev/valid-attachments", "cni.dev/attachments"];

/**
 * The network configuration on stdin (specification §3). A DEL goes on without whatever it can do without: nothing that
 * was made may outlive its container because the configuration has become invalid since.
 * @throws CniError 6 for what is no JSON object, 1 for an unknown version, 7 naming the key at fault
 */
export function readConfiguration(text: string, command: CniCommand): PluginConfiguration {
  const raw = parseObject(text);
  const fields = new Fields(raw);
  const cniVersion = readVersion(fields, "cniVersion") ?? "0.1.0";
  const maybe = <Value>(read: () => Value): Value | undefined =>
    command === "DEL" ? unlessUnreadable(read) : read();
  return compact<PluginConfiguration>({
    cniVersion,
    name: readName(fields),
    type: maybe(() => fields.text("type")) ?? "",
    dns: maybe(() => decodeDns(fields.child("dns"))),
    runtimeConfig: maybe(() => fields.child("runtimeConfig"))?.object ?? {},
    args: maybe(() => fields.child("args")?.child("cni"))?.object ?? {},
    validAttachments: maybe(() => readAttachments(fields)),
    prevResult: maybe(() => readPreviousResult(fields, cniVersion)),
    raw,
  });
}

function parseObject(text: string): JsonObject {
  const value = parse(text);
  if (isObject(value)) return value;
  throw new CniError(6, "the network configuration on stdin is no JSON object");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CniError(6, "the network configuration on stdin is no JSON", reason, { cause });
  }
}

function readVersion(fields: Fields, key: string): CniVersion | undefined {
  const version = fields.text(key);
  if (!version) return undefined;
  if (isSupported(version)) return version;
  const supported = supportedVersions.map((known) => `"${known}"`).join(" ");
  throw new CniError(
    1,
    "incompatible CNI versions",
    `${fields.pathOf(key)}: config is "${version}", plugin supports [${supported}]`,
  );
}

function readName(fields: Fields): string {
  const name = fields.text("name") ?? "";
  if (name === "") throw new CniError(7, "missing network name: the key name is absent or empty");
  if (namePattern.test(name)) return name;
  throw new CniError(
    7,
    "invalid characters found in network name",
    `name: ${JSON.stringify(name)} does not match ${namePattern.source}`,
  );
}

function readAttachments(fields: Fields): readonly ValidAttachment[] | undefined {
  const key = attachmentKeys.find((candidate) => fields.list(candidate) !== undefined);
  return (key === undefined ? undefined : fields.children(key))?.map((attachment) => ({
    containerID: attachment.text("containerID") ?? "",
    ifname: attachment.text("ifname") ?? "",
  }));
}

function readPreviousResult(fields: Fields, cniVersion: CniVersion): Result | undefined {
  const previous = fields.child("prevResult");
  if (previous === undefined) return undefined;
  const version = readVersion(previous, "cniVersion") ?? cniVersion;
  return decodeResult(previous.object, version, "prevResult");
}

function unlessUnreadable<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
