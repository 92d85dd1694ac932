import { ApiClient } from "../api/client.ts";
import type { ApiTransport } from "../api/transport.ts";
import type { WatchSelection } from "../contract.ts";
import type { InitialSync } from "../reflector/initial-sync.ts";
import { listAll } from "../reflector/list.ts";
import type { ReflectorMetrics } from "../reflector/metrics.ts";
import { createApiServerSource } from "../reflector/source.ts";
import type { ReflectorTiming } from "../reflector/timing.ts";
import { createClusterState } from "../state/state.ts";
import { FakeClock } from "./fake-clock.ts";
import { RecordingLogger } from "./recording-logger.ts";
import { type Reply, uncounted } from "./replies.ts";

export interface Timeline {
  /** Requests, waits and change sets in their order. */
  readonly log: readonly string[];
  readonly services: readonly string[];
  readonly metrics: ReflectorMetrics;
  readonly logLines: readonly string[];
}

/**
 * Lets a reflector for Services loose on the replies, one a request, and stops it when they are used up. Its questions
 * where the server is are answered with "nowhere to compare" unless the next reply is one of position().
 */
export async function runTimeline(
  replies: readonly Reply[],
  initialSync: InitialSync = listAll,
  timing: Partial<ReflectorTiming> = {},
  selection: Partial<WatchSelection> = {},
): Promise<Timeline> {
  const log: string[] = [];
  const clock = new FakeClock((durationMs) => log.push(`wait ${durationMs}`));
  const stop = new AbortController();
  const left = [...replies];
  const transport: ApiTransport = {
    url: "http://api",
    host: "api",
    async request(path, { signal }) {
      if (isQuestion(path) && left.length > 0 && !left[0]?.tellsPosition) {
        return uncounted.answer(clock, signal);
      }
      const reply = left.shift();
      if (reply === undefined) {
        stop.abort();
        throw new Error("the script is over");
      }
      log.push(describeRequest(path));
      return reply.answer(clock, signal);
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
    selections: [{ kind: "Service", ...selection }],
    logger,
    clock,
    random: () => 0,
    initialSync,
    timing,
  });
  await source.run(state, stop.signal);
  const [metrics] = source.metrics;
  if (metrics === undefined) throw new Error("the source has one reflector");
  const services = [...state.services.values()].map((it) => `${it.name}@${it.resourceVersion}`);
  return { log, services, metrics, logLines: logger.lines };
}

/** Whether the request asks where the server is. */
function isQuestion(path: string): boolean {
  return new URL(path, "http://api").searchParams.get("limit") === "1";
}

/** "position", "list rv=0", "list rv= limit=500", "list continue=x", "watch rv=5", "watch-list rv=". */
function describeRequest(path: string): string {
  if (isQuestion(path)) return "position";
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
