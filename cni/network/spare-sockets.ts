import type { RouteSocket } from "#linux/netlink/route/socket.ts";

/** Sockets of the host for what another thread waits for: each serves one at a time, and is kept for the next. */
export class SpareSockets {
  readonly #open: () => RouteSocket;
  readonly #idle: RouteSocket[] = [];

  constructor(open: () => RouteSocket) {
    this.#open = open;
  }

  async with<Value>(use: (socket: RouteSocket) => Promise<Value>): Promise<Value> {
    const socket = this.#idle.pop() ?? this.#open();
    try {
      return await use(socket);
    } finally {
      this.#idle.push(socket);
    }
  }

  close(): void {
    for (const socket of this.#idle.splice(0)) socket.close();
  }
}
