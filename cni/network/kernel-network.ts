import { SystemCallError } from "#linux/errors.ts";
import { isPortHeld } from "#linux/held-port.ts";
import { inNamespace } from "#linux/namespace/enter.ts";
import { openRoute, type RouteSocket } from "#linux/netlink/route/socket.ts";
import { readSysctl, SysctlError } from "#linux/sysctl.ts";
import type {
  Attachment,
  LinkPlace,
  LinkState,
  NetworkChange,
  NodeNetwork,
  NodePort,
  OwnedRules,
} from "../contract.ts";
import { applyChange } from "./changes.ts";
import { readLinkState } from "./link-state.ts";
import { parseOwnerName } from "./owner-name.ts";
import type { RuleKeeper } from "./rules/rule-keeper.ts";
import { Sockets } from "./sockets.ts";
import { awaitDetected, awaitUp } from "./wait.ts";

export interface KernelNetworkOptions {
  /** Path of the host's network namespace; the process's own unless given. */
  readonly namespacePath?: string;
}

/**
 * The kernel's network over netlink and nftables. Links are made and read in microseconds and synchronously; nf_tables
 * is loaded, and its thread started, with the first rule.
 */
export class KernelNetwork implements NodeNetwork {
  readonly #namespacePath: string | undefined;
  readonly #host: RouteSocket;
  #rules: Promise<RuleKeeper> | undefined;

  /** @throws SystemCallError when there is no such namespace or no netlink */
  constructor(options: KernelNetworkOptions = {}) {
    this.#namespacePath = options.namespacePath;
    this.#host = openRoute(options);
  }

  async apply(changes: readonly NetworkChange[]): Promise<void> {
    const sockets = new Sockets(this.#host);
    const tentative: LinkPlace[] = [];
    try {
      for (const change of changes) {
        if (change.kind === "await-up") await awaitUp(sockets, change);
        else applyChange(sockets, change, this.#namespacePath);
        if (change.kind === "address" && change.duplicateDetection) tentative.push(change);
      }
      for (const place of tentative) await awaitDetected(sockets, place);
    } finally {
      sockets.close();
    }
  }

  async linkState(place: LinkPlace): Promise<LinkState | undefined> {
    const sockets = new Sockets(this.#host);
    try {
      return readLinkState(sockets, place);
    } finally {
      sockets.close();
    }
  }

  async isPortHeld({ protocol, hostPort, hostIp, family }: NodePort): Promise<boolean> {
    // Nothing of SCTP can be asked without the kernel's module for it.
    if (protocol === "sctp") return false;
    const address = hostIp ?? (family === 4 ? "0.0.0.0" : "::");
    const isHeld = (): boolean => isPortHeld(protocol, address, hostPort);
    return this.#namespacePath === undefined ? isHeld() : inNamespace(this.#namespacePath, isHeld);
  }

  async sysctl(key: string, netns?: string): Promise<string | undefined> {
    try {
      return readSysctl(key, netns ?? this.#namespacePath);
    } catch (error) {
      if (error instanceof SysctlError || error instanceof SystemCallError) return undefined;
      throw error;
    }
  }

  async setRules(owner: Attachment, rules: readonly OwnedRules[]): Promise<void> {
    if (rules.length > 0) await (await this.#keeper()).set(owner, rules);
  }

  async hasRules(owner: Attachment, kind: OwnedRules["kind"]): Promise<boolean> {
    return (await this.#keeper()).has(owner, kind);
  }

  async removeRules(owner: Attachment, kinds: readonly OwnedRules["kind"][]): Promise<void> {
    if (kinds.length > 0) await (await this.#keeper()).remove(owner, kinds);
  }

  async owners(network: string): Promise<readonly Attachment[]> {
    const named = [...this.#host.links({ kind: "veth" }), ...this.#host.links({ kind: "ifb" })];
    const aliases = named.flatMap(({ alias }) => (alias === undefined ? [] : [alias]));
    const words = new Set([...aliases, ...(await (await this.#keeper()).ownerNames())]);
    const owners = [...words].map(parseOwnerName).filter((owner) => owner !== undefined);
    return owners.filter((owner) => owner.network === network);
  }

  async close(): Promise<void> {
    this.#host.close();
    await (await this.#rules)?.close();
  }

  #keeper(): Promise<RuleKeeper> {
    this.#rules ??= this.#openRules();
    return this.#rules;
  }

  async #openRules(): Promise<RuleKeeper> {
    const { openRules } = await import("./rules/open.ts");
    return openRules(this.#namespacePath, this.#host);
  }
}
