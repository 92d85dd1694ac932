import { SystemCallError } from "#linux/errors.ts";
import type { NetworkNamespace } from "#linux/namespace/contract.ts";
import { openNamespace } from "#linux/namespace/enter.ts";
import type { Link } from "#linux/netlink/route/contract.ts";
import { openRoute, type RouteSocket } from "#linux/netlink/route/socket.ts";
import type { LinkPlace } from "../contract.ts";
import { CniError } from "../errors.ts";

/** The sockets and namespaces that one call needs, opened when they are and closed together. */
export class Sockets {
  readonly #host: RouteSocket;
  readonly #inside = new Map<string, RouteSocket>();
  readonly #namespaces = new Map<string, NetworkNamespace>();

  constructor(host: RouteSocket) {
    this.#host = host;
  }

  get host(): RouteSocket {
    return this.#host;
  }

  /** @throws SystemCallError when there is no such namespace */
  in(netns: string | undefined): RouteSocket {
    if (netns === undefined || netns === "") return this.#host;
    const open = this.#inside.get(netns) ?? openRoute({ namespacePath: netns });
    this.#inside.set(netns, open);
    return open;
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

  /** @throws CniError 103 when it is not there */
  link({ netns, link }: LinkPlace): Link {
    const found = this.in(netns).link(link);
    if (found !== undefined) return found;
    throw new CniError(103, `there is no link ${link} ${netns ? `in ${netns}` : "on the host"}`);
  }

  close(): void {
    for (const socket of this.#inside.values()) socket.close();
    for (const namespace of this.#namespaces.values()) namespace.close();
  }
}

/** No file, or a file where a namespace was mounted before. */
const gone: readonly string[] = ["ENOENT", "ENOTDIR", "EINVAL"];
