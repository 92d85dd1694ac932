import { rmSync } from "node:fs";
import { Caller } from "#cni/agent/server/caller.ts";
import { replayOne } from "#cni/agent/server/pending.ts";
import type { Attachment } from "#cni/contract.ts";
import { freeEmptyLease, releaseLeases, restoreLeases } from "#cni/ipam/mend.ts";
import { KernelNetwork } from "#cni/network/kernel-network.ts";
import { removeElement } from "#cni/network/rules/remove-element.ts";
import { localHost } from "#cni/plugin/host.ts";
import { deleteLink } from "#linux/netlink/route/link.ts";
import { deleteForwarding, deleteNeighbour } from "#linux/netlink/route/neighbour.ts";
import { openRoute, type RouteSocket } from "#linux/netlink/route/socket.ts";
import type { Nftables } from "#linux/nft/contract.ts";
import { openNftables } from "#linux/nft/kernel/nftables.ts";
import type { Fix, Outcome, SignOfLife } from "./contract.ts";

/** Does steps on a node: after the survey, so each looks once more before it takes something away. */
export class Mender {
  readonly #network: KernelNetwork;
  readonly #route: RouteSocket;
  readonly #nft: Nftables;

  /** @throws SystemCallError when there is no such namespace or no netlink */
  constructor(where: { readonly namespacePath?: string }) {
    this.#network = new KernelNetwork(where);
    this.#route = openRoute(where);
    this.#nft = openNftables(where);
  }

  async mend(fix: Fix): Promise<Outcome> {
    try {
      const left = await this.#take(fix);
      return left === undefined ? { kind: "mended" } : { kind: "left", why: left };
    } catch (error) {
      return { kind: "left", why: error instanceof Error ? error.message : String(error) };
    }
  }

  async close(): Promise<void> {
    this.#route.close();
    await this.#network.close();
    await this.#nft.close();
  }

  async #removeRules(owner: Attachment): Promise<void> {
    const session = this.#network.session();
    try {
      await session.removeRules(owner, everyKind);
    } finally {
      session.end();
    }
  }

  /** Why it was not done; undefined when it was. */
  async #take(fix: Fix): Promise<string | undefined> {
    const bootId = localHost.bootId();
    switch (fix.kind) {
      case "replay-del":
        return replayOne(fix.file, new Caller({ host: localHost, network: this.#network }));
      case "remove-rules":
        if (this.#lives(fix.unless)) return cameBack;
        await this.#removeRules(fix.owner);
        return undefined;
      case "remove-element":
        return removeElement(this.#nft, fix.element);
      case "delete-link":
        if (this.#route.link(fix.link)?.index === fix.index)
          this.#route.applyUnless(deleteLink(fix.index), "ENODEV");
        return undefined;
      case "delete-neighbour": {
        const linkIndex = this.#route.link(fix.link)?.index;
        if (linkIndex === undefined) return undefined;
        const same = this.#route
          .neighbours({ linkIndex })
          .some(({ address, mac }) => address === fix.address && mac === fix.mac);
        if (same)
          this.#route.applyUnless(deleteNeighbour({ linkIndex, address: fix.address }), "ENOENT");
        return undefined;
      }
      case "delete-forwarding": {
        const { kind: _kind, link, remote, ...entry } = fix;
        const linkIndex = this.#route.link(link)?.index;
        if (linkIndex === undefined) return undefined;
        const whole = { ...entry, ...(remote !== undefined && { remote }), linkIndex };
        this.#route.applyUnless(deleteForwarding({ ...whole, state: "permanent" }), "ENOENT");
        return undefined;
      }
      case "free-empty-lease":
        await freeEmptyLease(fix, fix.address, bootId);
        return undefined;
      case "release-lease": {
        const isGone = (): boolean => !this.#lives(fix.unless);
        return (await releaseLeases(fix, fix.owner, bootId, isGone)) ? undefined : cameBack;
      }
      case "restore-lease":
        await restoreLeases(fix, fix.owner, fix.addresses, fix.namespace, bootId);
        return undefined;
      case "remove-file":
        rmSync(fix.file, { force: true });
        return undefined;
    }
  }

  #lives({ hostLink, netns }: SignOfLife): boolean {
    if (this.#route.link(hostLink) !== undefined) return true;
    return netns !== undefined && localHost.netnsIdentity(netns.path) === netns.identity;
  }
}

const cameBack = "the container has come back meanwhile";
const everyKind = ["masquerade", "host-ports", "anti-spoof", "admission"] as const;
