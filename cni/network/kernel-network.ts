import { setImmediate as nextTurn } from "node:timers/promises";
import { SystemCallError } from "#linux/errors.ts";
import { isPortHeld } from "#linux/held-port.ts";
import { inNamespace } from "#linux/namespace/enter.ts";
import { NetlinkError } from "#linux/netlink/errors.ts";
import { openRoute, type RouteSocket } from "#linux/netlink/route/socket.ts";
import { readSysctl, SysctlError } from "#linux/sysctl.ts";
import type {
  Attachment,
  LinkFacts,
  LinkHead,
  LinkPlace,
  LinkState,
  NetworkChange,
  NetworkSession,
  NetworkSource,
  NodePort,
  OwnedRules,
} from "../contract.ts";
import { applyChange } from "./changes.ts";
import { HostSysctls } from "./host-sysctls.ts";
import { LinkRemover } from "./link-remover.ts";
import { headOf, readAddresses, readLinkFacts, readLinkState } from "./link-state.ts";
import { makeVeth } from "./make-links.ts";
import { parseOwnerName } from "./owner-name.ts";
import { Recent } from "./recent.ts";
import type { RuleKeeper } from "./rules/rule-keeper.ts";
import { Sockets } from "./sockets.ts";
import { SpareSockets } from "./spare-sockets.ts";
import { awaitDetected, awaitUp } from "./wait.ts";

export interface KernelNetworkOptions {
  /** Path of the host's network namespace; the process's own unless given. */
  readonly namespacePath?: string;
  /**
   * For processes that live on: what the kernel takes its time for, to free a link or to change rules, is waited for
   * by other threads, and while there are several calls so is all else. Without threads unless given.
   */
  readonly calls?: { readonly areSeveral: boolean };
}

/** What waits for the kernel, where other threads are to do that. */
interface Threads {
  readonly calls: NonNullable<KernelNetworkOptions["calls"]>;
  readonly spare: SpareSockets;
  readonly remover: LinkRemover;
}

/** What all sessions of a network share. */
class Shared {
  readonly recent = new Recent();
  readonly namespacePath: string | undefined;
  readonly host: RouteSocket;
  readonly threads: Threads | undefined;
  readonly sysctls: HostSysctls;
  #rules: Promise<RuleKeeper> | undefined;

  constructor({ namespacePath, calls }: KernelNetworkOptions) {
    this.namespacePath = namespacePath;
    const open = (): RouteSocket => openRoute(namespacePath === undefined ? {} : { namespacePath });
    this.host = open();
    this.sysctls = new HostSysctls(namespacePath);
    const spare = new SpareSockets(open);
    this.threads =
      calls === undefined
        ? undefined
        : { calls, spare, remover: new LinkRemover(this.host, spare) };
  }

  keeper(): Promise<RuleKeeper> {
    this.#rules ??= this.#openRules();
    return this.#rules;
  }

  async close(): Promise<void> {
    await this.threads?.remover.close();
    this.threads?.spare.close();
    this.host.close();
    this.sysctls.close();
    await (await this.#rules)?.close();
  }

  async #openRules(): Promise<RuleKeeper> {
    const { openRules } = await import("./rules/open.ts");
    return openRules(this.namespacePath, this.host, this.threads !== undefined);
  }
}

/** Changes of a link that was there before, which others may have read. */
const alters: ReadonlySet<NetworkChange["kind"]> = new Set<NetworkChange["kind"]>([
  "up",
  "down",
  "delete",
  "address",
  "remove-address",
  "set-link",
  "vlan",
]);

class KernelSession implements NetworkSession {
  readonly #shared: Shared;
  readonly #sockets: Sockets;
  #isRuling = false;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.#sockets = new Sockets(shared.host);
  }

  async apply(changes: readonly NetworkChange[]): Promise<void> {
    // Links block this thread: what another one is to do should have been said to it.
    if (this.#isRuling && this.#shared.threads !== undefined) await nextTurn();
    const sockets = this.#sockets;
    const tentative: LinkPlace[] = [];
    let netns: string | undefined;
    try {
      for (const change of changes) {
        const there = "netns" in change ? change.netns : undefined;
        if (there !== netns) await this.#flush();
        netns = there;
        if (there === undefined && alters.has(change.kind)) this.#shared.recent.forget();
        if (change.kind === "await-up") await awaitUp(sockets, change);
        else if (change.kind === "delete" && !change.netns) await this.#delete(change);
        else if (change.kind === "veth") await this.#makeVeth(change);
        else applyChange(sockets, change, this.#shared.sysctls);
        if (change.kind === "address" && change.duplicateDetection) tentative.push(change);
      }
      await this.#flush();
      for (const place of tentative) await awaitDetected(sockets, place);
    } catch (error) {
      sockets.discard();
      throw error;
    }
  }

  async #delete({ link }: LinkPlace): Promise<void> {
    const { threads, sysctls } = this.#shared;
    if (threads !== undefined) await threads.remover.remove(this.#sockets, { link });
    else applyChange(this.#sockets, { kind: "delete", link }, sysctls);
  }

  async #makeVeth(change: Extract<NetworkChange, { kind: "veth" }>): Promise<void> {
    try {
      makeVeth(this.#sockets, change);
      await this.#flush();
    } catch (error) {
      const left = { link: change.host.name };
      const isLeft = error instanceof NetlinkError && error.errnoName === "EEXIST";
      if (!isLeft || this.#sockets.maybeLink(left) === undefined) throw error;
      await this.#delete(left);
      makeVeth(this.#sockets, change);
      await this.#flush();
    }
  }

  /** As another call has read it just now: many at once are about the same bridge. */
  #recently<Value>(what: string, { netns, link }: LinkPlace, read: () => Value): Value {
    const { threads, recent } = this.#shared;
    if (threads?.calls.areSeveral !== true || netns) return read();
    return recent.get(`${what} ${link}`, read);
  }

  /** While other calls are under way they go on; alone it is quicker to wait here. */
  async #flush(): Promise<void> {
    const { threads } = this.#shared;
    if (threads?.calls.areSeveral === true) await this.#sockets.flushInBackground(threads.spare);
    else this.#sockets.flush();
  }

  async linkState(place: LinkPlace): Promise<LinkState | undefined> {
    return readLinkState(this.#sockets, place);
  }

  async linkHead(place: LinkPlace): Promise<LinkHead | undefined> {
    const sockets = this.#sockets;
    const link = this.#recently("link", place, () => sockets.maybeLink(place));
    if (link === undefined) return undefined;
    sockets.meet(place, link);
    return headOf(link);
  }

  async linkFacts(place: LinkPlace): Promise<LinkFacts | undefined> {
    return readLinkFacts(this.#sockets, place);
  }

  async hasLink(place: LinkPlace): Promise<boolean> {
    return this.#sockets.brief(place) !== undefined;
  }

  async addresses(place: LinkPlace, family?: 4 | 6): Promise<readonly string[]> {
    const read = () => readAddresses(this.#sockets, place, family);
    return this.#recently(`addresses ${family}`, place, read);
  }

  async isPortHeld({ protocol, hostPort, hostIp, family }: NodePort): Promise<boolean> {
    // Nothing of SCTP can be asked without the kernel's module for it.
    if (protocol === "sctp") return false;
    const address = hostIp ?? (family === 4 ? "0.0.0.0" : "::");
    const isHeld = (): boolean => isPortHeld(protocol, address, hostPort);
    const { namespacePath } = this.#shared;
    return namespacePath === undefined ? isHeld() : inNamespace(namespacePath, isHeld);
  }

  async sysctl(key: string, netns?: string): Promise<string | undefined> {
    try {
      return readSysctl(key, netns ?? this.#shared.namespacePath);
    } catch (error) {
      if (error instanceof SysctlError || error instanceof SystemCallError) return undefined;
      throw error;
    }
  }

  async setRules(owner: Attachment, rules: readonly OwnedRules[]): Promise<void> {
    if (rules.length === 0) return;
    this.#isRuling = true;
    try {
      await (await this.#shared.keeper()).set(owner, rules);
    } finally {
      this.#isRuling = false;
    }
  }

  async hasRules(owner: Attachment, kind: OwnedRules["kind"]): Promise<boolean> {
    return (await this.#shared.keeper()).has(owner, kind);
  }

  async removeRules(owner: Attachment, kinds: readonly OwnedRules["kind"][]): Promise<void> {
    if (kinds.length > 0) await (await this.#shared.keeper()).remove(owner, kinds);
  }

  async owners(network: string): Promise<readonly Attachment[]> {
    const { host } = this.#shared;
    const named = [...host.links({ kind: "veth" }), ...host.links({ kind: "ifb" })];
    const aliases = named.flatMap(({ alias }) => (alias === undefined ? [] : [alias]));
    const names = await (await this.#shared.keeper()).ownerNames();
    const owners = [...new Set([...aliases, ...names])].map(parseOwnerName);
    return owners.filter((owner) => owner !== undefined).filter((each) => each.network === network);
  }

  end(): void {
    this.#sockets.close();
  }
}

/**
 * The kernel's network over netlink and nftables. Links are made and read in microseconds and synchronously; nf_tables
 * is loaded, and its thread started, with the first rule.
 */
export class KernelNetwork implements NetworkSource {
  readonly #shared: Shared;

  /** @throws SystemCallError when there is no such namespace or no netlink */
  constructor(options: KernelNetworkOptions = {}) {
    this.#shared = new Shared(options);
  }

  session(): NetworkSession {
    return new KernelSession(this.#shared);
  }

  close(): Promise<void> {
    return this.#shared.close();
  }
}
