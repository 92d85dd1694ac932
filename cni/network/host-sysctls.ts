import { KeptSysctl, writeSysctl } from "#linux/sysctl.ts";

/** Those that every ADD sets, and that are there for as long as the namespace is. */
const kept: readonly string[] = ["net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"];

/** Sysctls of the host's namespace. To find the file of one takes the kernel longer than to set it. */
export class HostSysctls {
  readonly #namespacePath: string | undefined;
  readonly #open = new Map<string, KeptSysctl>();

  /** @param namespacePath of the host's namespace where that is not the process's own */
  constructor(namespacePath: string | undefined) {
    this.#namespacePath = namespacePath;
  }

  /** @throws SysctlError */
  set(key: string, value: string): void {
    if (!kept.includes(key)) {
      writeSysctl(key, value, this.#namespacePath);
      return;
    }
    const file = this.#open.get(key) ?? new KeptSysctl(key, this.#namespacePath);
    this.#open.set(key, file);
    file.write(value);
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }
}
