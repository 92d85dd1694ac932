import { SystemCallError } from "#linux/errors.ts";
import type { NetworkNamespace } from "#linux/namespace/contract.ts";
import { openNamespace } from "#linux/namespace/enter.ts";
import type { NetlinkRequest } from "#linux/netlink/contract.ts";
import type { Link, LinkBrief } from "#linux/netlink/route/contract.ts";
import { openRoute, type RouteSocket, type RouteStep } from "#linux/netlink/route/socket.ts";
import type { LinkPlace } from "../contract.ts";
import { CniError } from "../errors.ts";
import type { SpareSockets } from "./spare-sockets.ts";

/**
 * The sockets and namespaces that one call needs, opened when they are and closed together. Requests can be left to go
 * together: they are sent, in order, before anything else is asked of the kernel.
 */
export class Sockets {
  readonly #host: RouteSocket;
  readonly #inside = new Map<string, RouteSocket>();
  readonly #namespaces = new Map<string, NetworkNamespace>();
  /** Links that were asked for, as they were then; an index is the same for as long as its link is there. */
  readonly #met = new Map<string, Link>();
  readonly #indexes = new Map<string, number>();
  #waiting: { readonly netns: string | undefined; readonly steps: RouteStep[] } | undefined;

  constructor(host: RouteSocket) {
    this.#host = host;
  }

  get host(): RouteSocket {
    this.flush();
    return this.#host;
  }

  /** @throws SystemCallError when there is no such namespace */
  in(netns: string | undefined): RouteSocket {
    this.flush();
    return this.#in(netns);
  }

  /** Undefined where there is no such namespace. */
  maybeIn(netns: string | undefined): RouteSocket | undefined {
    try {
      return this.in(netns);
    } catch (error) {
      if (error instanceof SystemCallError && gone.includes(error.errnoName)) return undefined;
      throw error;
    }
  }

  namespace(path: string): NetworkNamespace {
    const open = this.#namespaces.get(path) ?? openNamespace(path);
    this.#namespaces.set(path, open);
    return open;
  }

  /** Undefined where there is no such link, or no such namespace. */
  maybeLink(place: LinkPlace): Link | undefined {
    const found = this.maybeIn(place.netns)?.link(place.link);
    if (found !== undefined) this.#met.set(keyOf(place), found);
    return found;
  }

  /** @throws CniError 103 when it is not there */
  link(place: LinkPlace): Link {
    const { netns, link } = place;
    const found = this.in(netns).link(link);
    if (found === undefined)
      throw new CniError(103, `there is no link ${link} ${netns ? `in ${netns}` : "on the host"}`);
    this.#met.set(keyOf(place), found);
    return found;
  }

  /** Undefined where there is no such link, or no such namespace. */
  brief(place: LinkPlace): LinkBrief | undefined {
    return this.maybeIn(place.netns)?.brief(place.link);
  }

  /** A link that somebody else has read. */
  meet(place: LinkPlace, link: Link): void {
    this.#met.set(keyOf(place), link);
  }

  /** A link that was asked for before, as it was then. */
  met(place: LinkPlace): Link | undefined {
    return this.#met.get(keyOf(place));
  }

  /** @throws CniError 103 when it is not there */
  index(place: LinkPlace): number {
    const known = this.#met.get(keyOf(place))?.index ?? this.#indexes.get(keyOf(place));
    if (known !== undefined) return known;
    const { index } = this.brief(place) ?? this.link(place);
    this.#indexes.set(keyOf(place), index);
    return index;
  }

  /** The link is gone. */
  forget(place: LinkPlace): void {
    this.#met.delete(keyOf(place));
    this.#indexes.delete(keyOf(place));
  }

  /** Leaves a request to go with others; refused for one of the named reasons it counts as done. */
  leave(netns: string | undefined, request: NetlinkRequest, ...unless: readonly string[]): void {
    if (this.#waiting?.netns !== netns) this.flush();
    this.#waiting ??= { netns, steps: [] };
    this.#waiting.steps.push({ request, unless });
  }

  /** @throws NetlinkError the first refusal among what was left */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) this.#in(waiting.netns).applyAll(waiting.steps);
  }

  /** flush() on another thread, which takes one of the spare sockets for the host. @throws NetlinkError as flush() does */
  async flushInBackground(spare: SpareSockets): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    const { netns, steps } = waiting;
    if (netns !== undefined && netns !== "") return this.#in(netns).applyAllInBackground(steps);
    await spare.with((socket) => socket.applyAllInBackground(steps));
  }

  /** What was left is not done. */
  discard(): void {
    this.#waiting = undefined;
  }

  close(): void {
    for (const socket of this.#inside.values()) socket.close();
    for (const namespace of this.#namespaces.values()) namespace.close();
    this.#inside.clear();
    this.#namespaces.clear();
    this.#met.clear();
    this.#indexes.clear();
  }

  #in(netns: string | undefined): RouteSocket {
    if (netns === undefined || netns === "") return this.#host;
    const open = this.#inside.get(netns) ?? openRoute({ namespace: this.namespace(netns) });
    this.#inside.set(netns, open);
    return open;
  }
}

const keyOf = ({ netns = "", link }: LinkPlace): string => `${netns} ${link}`;

/** No file, or a file where a namespace was mounted before. */
const gone: readonly string[] = ["ENOENT", "ENOTDIR", "EINVAL"];
