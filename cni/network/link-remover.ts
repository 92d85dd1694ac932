import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { poolThreads } from "#linux/background.ts";
import { NetlinkError } from "#linux/netlink/errors.ts";
import { changeLink, deleteGroup, deleteLink } from "#linux/netlink/route/link.ts";
import type { RouteSocket } from "#linux/netlink/route/socket.ts";
import type { LinkPlace } from "../contract.ts";
import type { Sockets } from "./sockets.ts";
import type { SpareSockets } from "./spare-sockets.ts";

/**
 * Deletions that the kernel is at, each on a thread of libuv's pool: some threads stay for others, or rules of an ADD
 * would wait for links of DELs.
 */
const mostAtOnce = Math.max(1, Math.floor(poolThreads * 0.75));
/** While so many are under way, others gather for a moment: a hundred DELs at once are few deletions. */
const promptly = 3;
const gatheringMs = 2;
/** Links that wait to be deleted together: of nobody else, and of this host alone. */
const removalGroup = 0x464c_0001;
/** Between looks whether a link is gone. */
const pausesMs = [0, 0, 0, 1, 1, 2, 5];

/**
 * Deletes links of the host. Such a link is gone within a millisecond or two, from both ends' namespaces, but the
 * kernel then waits for all who may still read it (rcu_barrier) before it answers. So the question is asked on another
 * thread, and here it is seen when the link is gone. Who comes while all threads are taken goes together with others.
 */
export class LinkRemover {
  readonly #host: RouteSocket;
  readonly #sockets: SpareSockets;
  readonly #jobs = new Set<Promise<unknown>>();
  #gathering: NodeJS.Timeout | undefined;
  #waiting: { readonly index: number; readonly start: (job: Promise<unknown>) => void }[] = [];

  constructor(host: RouteSocket, sockets: SpareSockets) {
    this.#host = host;
    this.#sockets = sockets;
  }

  /** Resolves when the link is gone, also when there was none. */
  async remove(sockets: Sockets, place: LinkPlace): Promise<void> {
    const index = sockets.brief(place)?.index;
    sockets.flush();
    sockets.forget(place);
    if (index === undefined) return;
    const started = new Promise<{ readonly job: Promise<unknown> }>((resolve) => {
      this.#waiting.push({ index, start: (job) => resolve({ job }) });
    });
    this.#startSoon();
    const { job } = await started;
    let isDone = false;
    const done = job.then(() => {
      isDone = true;
    });
    const isThere = () => this.#host.brief(place.link)?.index === index;
    for (let look = 0; !isDone && isThere(); look++) {
      const pauseMs = pausesMs[Math.min(look, pausesMs.length - 1)] ?? 0;
      await Promise.race([done, pauseMs === 0 ? nextTurn() : sleep(pauseMs)]);
    }
    // Told of where the link is still there; else it is nobody's any more.
    done.catch(() => undefined);
  }

  /** Resolves when the kernel has freed all. */
  async close(): Promise<void> {
    while (this.#jobs.size > 0) await Promise.allSettled(this.#jobs);
  }

  #startSoon(): void {
    if (this.#gathering !== undefined) return;
    if (this.#jobs.size < promptly) {
      this.#startNext();
      return;
    }
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      this.#startNext();
    }, gatheringMs);
  }

  #startNext(): void {
    if (this.#waiting.length === 0 || this.#jobs.size >= mostAtOnce) return;
    const together = this.#waiting;
    this.#waiting = [];
    const job = this.#delete(together.map(({ index }) => index));
    this.#jobs.add(job);
    const ended = (): void => {
      this.#jobs.delete(job);
      if (this.#gathering === undefined) this.#startNext();
    };
    job.then(ended, ended);
    for (const { start } of together) start(job);
  }

  async #delete(indexes: readonly number[]): Promise<void> {
    const [first = 0] = indexes;
    try {
      await this.#sockets.with(async (socket) => {
        if (indexes.length === 1) return socket.applyInBackground(deleteLink(first));
        const marked = indexes.map((index) => changeLink(index, { group: removalGroup }));
        const steps = marked.map((request) => ({ request, unless: ["ENODEV"] }));
        await socket.applyAllInBackground([...steps, { request: deleteGroup(removalGroup) }]);
      });
    } catch (error) {
      // Whoever removes the other end of a veth removes this one.
      if (!(error instanceof NetlinkError && error.errnoName === "ENODEV")) throw error;
    }
  }
}
