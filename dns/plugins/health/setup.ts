import { setTimeout } from "node:timers/promises";
import type { Plugin } from "../../contract.ts";
import {
  type HostPort,
  readDurationMs,
  readHostPort,
  readOptions,
  takeArguments,
  takeOne,
} from "../../corefile/arguments.ts";
import type { Directive } from "../../corefile/contract.ts";
import { formatGoDuration } from "../../corefile/go-duration.ts";
import { httpListenerAt } from "../listeners.ts";
import { createHealthMetrics } from "./metrics.ts";
import { probeUntil } from "./probe.ts";

const PATH = "/health";

export const plugin: Plugin = {
  name: "health",
  repeated: "last-wins",
  setup(directives, { shared, metrics, logger: rootLogger }) {
    const { address, lameduckMs } = readHealth(directives);
    const logger = rootLogger.child({ plugin: "health" });
    const listener = httpListenerAt(address, shared);
    const stopped = new AbortController();
    let giveBack = () => {};
    return {
      name: "health",
      fastPath: { kind: "transparent" },
      async start() {
        giveBack = listener.route(PATH, () => ({ status: 200, body: "OK" }));
        const { port } = await listener.listen();
        const host = address.host.includes(":") ? `[${address.host}]` : address.host || "localhost";
        const healthMetrics = shared.once("health metrics", () => createHealthMetrics(metrics));
        void probeUntil({
          url: `http://${host}:${port}${PATH}`,
          metrics: healthMetrics,
          logger,
          signal: stopped.signal,
        });
      },
      async beforeShutdown() {
        if (lameduckMs === 0) return;
        logger.info(
          {},
          `lameduck for ${formatGoDuration(lameduckMs)}: still answering, no longer ready`,
        );
        await setTimeout(lameduckMs);
      },
      async stop() {
        stopped.abort();
        giveBack();
      },
    };
  },
};

function readHealth(directives: readonly Directive[]): {
  readonly address: HostPort;
  readonly lameduckMs: number;
} {
  let address: HostPort = { host: "", port: 8080 };
  let lameduckMs = 0;
  for (const directive of directives) {
    const [token] = takeArguments(directive, "health [ADDRESS]", { max: 1 });
    if (token !== undefined) address = readHostPort(token, "health");
    readOptions(directive, {
      lameduck: (option) => {
        lameduckMs = readDurationMs(takeOne(option, "lameduck DURATION"), "lameduck");
      },
    });
  }
  return { address, lameduckMs };
}
