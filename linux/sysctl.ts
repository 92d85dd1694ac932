import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { FairleadError } from "#observe/errors.ts";
import { errnoName } from "./errors.ts";
import { inNamespace } from "./namespace/enter.ts";

/** A sysctl that could not be read or written. */
export class SysctlError extends FairleadError {
  readonly key: string;
  /** "ENOENT" for a key that this kernel or namespace does not have. */
  readonly errnoName: string;

  constructor(action: string, key: string, name: string, namespacePath: string | undefined) {
    const where = namespacePath === undefined ? "" : ` in ${namespacePath}`;
    const why = reasons[name] ?? "";
    super("FL-L007", `cannot ${action}${where}: ${name}${why && ` (${why})`}`);
    this.key = key;
    this.errnoName = name;
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "this kernel has no such key, or there is no such interface",
  EACCES: "it belongs to the first namespace alone, or the process lacks CAP_NET_ADMIN",
  EPERM: "it belongs to the first namespace alone, or the process lacks CAP_NET_ADMIN",
  EROFS: "/proc/sys is read-only here: run privileged, or mount it anew",
  EINVAL: "the key does not take that value",
};

/**
 * Value of a sysctl, without the newline. Those below `net` are of one network namespace: that of the path, or the
 * calling thread's.
 * @param key as sysctl(8) takes it: `net.ipv4.ip_forward`, or with slashes where an interface's name has dots:
 *   `net/ipv4/conf/eth0.100/forwarding`
 * @throws SysctlError
 */
export function readSysctl(key: string, namespacePath?: string): string {
  return attempt(`read the sysctl ${key}`, key, namespacePath, (file) =>
    readFileSync(file, "utf8").trimEnd(),
  );
}

/** @throws SysctlError */
export function writeSysctl(key: string, value: string, namespacePath?: string): void {
  attempt(`set the sysctl ${key} to "${value}"`, key, namespacePath, (file) =>
    writeFileSync(file, value, { flag: "r+" }),
  );
}

/** A sysctl that is set again and again: its file stays open. The namespace is that of the moment it is opened in. */
export class KeptSysctl {
  readonly #key: string;
  readonly #namespacePath: string | undefined;
  readonly #fd: number;

  /** @throws SysctlError */
  constructor(key: string, namespacePath?: string) {
    this.#key = key;
    this.#namespacePath = namespacePath;
    this.#fd = attempt(`open the sysctl ${key}`, key, namespacePath, (file) =>
      openSync(file, "r+"),
    );
  }

  /** @throws SysctlError */
  write(value: string): void {
    const [key, path] = [this.#key, this.#namespacePath];
    const write = () => writeSync(this.#fd, value, 0);
    named(`set the sysctl ${key} to "${value}"`, key, path, write);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** The file of a key. */
export function sysctlFile(key: string): string {
  const slashed = /^[^./]+\//.test(key);
  // With dots between the parts, a slash stands for a dot within one: sysctl.d(5).
  const parts = slashed ? key.split("/") : key.split(".").map((part) => part.replaceAll("/", "."));
  if (parts.some((part) => part === "" || part === "." || part === ".."))
    throw new SysctlError(`name a sysctl "${key}"`, key, "EINVAL", undefined);
  return `/proc/sys/${parts.join("/")}`;
}

function attempt<Value>(
  action: string,
  key: string,
  namespacePath: string | undefined,
  body: (file: string) => Value,
): Value {
  const file = sysctlFile(key);
  const run = (): Value => named(action, key, namespacePath, () => body(file));
  return namespacePath === undefined ? run() : inNamespace(namespacePath, run);
}

function named<Value>(
  action: string,
  key: string,
  namespacePath: string | undefined,
  body: () => Value,
): Value {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof Error) || !("errno" in error)) throw error;
    throw new SysctlError(action, key, errnoName(Math.abs(Number(error.errno))), namespacePath);
  }
}
