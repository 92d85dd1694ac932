import { ApiClient } from "../api/client.ts";
import type { ApiTransport } from "../api/transport.ts";
import type { InitialSync } from "../reflector/initial-sync.ts";
import type { ReflectorMetrics } from "../reflector/metrics.ts";
import { createApiServerSource } from "../reflector/source.ts";
import { createClusterState } from "../state/state.ts";
import { FakeClock } from "./fake-clock.ts";
import { RecordingLogger } from "./recording-logger.ts";
import type { Reply } from "./replies.ts";

export interface Timeline {
  /** Requests, waits and change sets in their order. */
  readonly log: readonly string[];
  readonly services: readonly string[];
  readonly metrics: ReflectorMetrics;
  readonly logLines: readonly string[];
}

/** Lets a reflector for Services loose on the replies, one a request, and stops it when they are used up. */
export async function runTimeline(
  replies: readonly Reply[],
  initialSync?: InitialSync,
): Promise<Timeline> {
  const log: string[] = [];
  const clock = new FakeClock((durationMs) => log.push(`wait ${durationMs}`));
  const stop = new AbortController();
  const left = [...replies];
  const transport: ApiTransport = {
    url: "http://api",
    host: "api",
    async request(path) {
      const reply = left.shift();
      if (reply === undefined) {
        stop.abort();
        throw new Error("the script is over");
      }
      log.push(describeRequest(path));
      return reply(clock);
    },
    close: () => undefined,
  };
  const state = createClusterState();
  state.onChange(({ changes: { Service: changes } }) => {
    const added = changes?.added.map((it) => `+${it.name}`) ?? [];
    const updated = changes?.updated.map((it) => `~${it.after.name}`) ?? [];
    const removed = changes?.removed.map((it) => `-${it.name}`) ?? [];
    log.push([...added, ...updated, ...removed].join(" "));
  });
  const logger = new RecordingLogger();
  const source = createApiServerSource({
    client: new ApiClient({ transport }),
    selections: [{ kind: "Service" }],
    logger,
    clock,
    random: () => 0,
    ...(initialSync === undefined ? {} : { initialSync }),
  });
  await source.run(state, stop.signal);
  const [metrics] = source.metrics;
  if (metrics === undefined) throw new Error("the source has one reflector");
  const services = [...state.services.values()].map((it) => `${it.name}@${it.resourceVersion}`);
  return { log, services, metrics, logLines: logger.lines };
}

/** "list rv=0", "list rv= limit=500", "list continue=x", "watch rv=5", "watch-list rv=". */
function describeRequest(path: string): string {
  const query = new URL(path, "http://api").searchParams;
  if (query.has("watch")) {
    const verb = query.has("sendInitialEvents") ? "watch-list" : "watch";
    return `${verb} rv=${query.get("resourceVersion") ?? ""}`;
  }
  const next = query.get("continue");
  if (next !== null) return `list continue=${next}`;
  const limit = query.has("limit") ? ` limit=${query.get("limit")}` : "";
  return `list rv=${query.get("resourceVersion") ?? ""}${limit}`;
}
