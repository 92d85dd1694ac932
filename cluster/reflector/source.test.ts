import type http from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { ApiClient } from "../api/client.ts";
import { createHttpTransport } from "../api/http-transport.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { WatchSelection } from "../contract.ts";
import { createClusterState } from "../state/state.ts";
import { startServer } from "../testing/http-server.ts";
import { RecordingLogger } from "../testing/recording-logger.ts";
import { bookmark, event, serviceJson } from "../testing/replies.ts";
import { listAll } from "./list.ts";
import { createApiServerSource } from "./source.ts";

/** Real time, but nobody waits for a backoff. */
const hastyClock: Clock = {
  ...systemClock,
  sleep: (_durationMs, signal) => systemClock.sleep(5, signal),
};

const selections: readonly WatchSelection[] = [
  { kind: "Service", labelSelector: "app in (a,b)" },
  { kind: "Namespace", fieldSelector: "metadata.name=shop" },
];

function follow(origin: string) {
  const client = new ApiClient({ transport: createHttpTransport({ server: new URL(origin) }) });
  const logger = new RecordingLogger();
  const source = createApiServerSource({
    client,
    selections,
    logger,
    clock: hastyClock,
    initialSync: listAll,
  });
  const state = createClusterState();
  const stop = new AbortController();
  const running = source.run(state, stop.signal);
  const wasSynced = state.hasSynced();
  onTestFinished(async () => {
    stop.abort();
    await running;
    client.close();
  });
  return { state, wasSynced, source };
}

async function serve(listener: http.RequestListener): Promise<string> {
  const server = await startServer(listener);
  onTestFinished(server.close);
  return server.origin;
}

/** A Service list and one watch whose response is handed to the test; Namespaces are empty and silent. */
function apiServer(onWatch: (response: http.ServerResponse, url: URL) => void) {
  const asked: string[] = [];
  const listener: http.RequestListener = (request, response) => {
    const url = new URL(request.url ?? "", "http://api");
    const isWatch = url.searchParams.has("watch");
    const isService = url.pathname.endsWith("services");
    if (url.searchParams.has("limit")) {
      response.end(
        JSON.stringify({ metadata: { resourceVersion: "7", continue: "more" }, items: [] }),
      );
      return;
    }
    if (!isWatch) asked.push(request.url ?? "");
    if (isWatch && isService) onWatch(response, url);
    else if (isWatch) response.flushHeaders();
    else {
      const items = isService ? [serviceJson("a", "5")] : [];
      response.end(JSON.stringify({ metadata: { resourceVersion: "5" }, items }));
    }
  };
  return { asked, listener };
}

describe("createApiServerSource over real HTTP", () => {
  it("is unsynced from the moment it runs, lists each kind with its selectors, then follows", async () => {
    const { asked, listener } = apiServer(async (response) => {
      response.write(event("+b", "6") + event("~a=10.0.0.7", "7").slice(0, 50));
      await delay(10);
      response.write(event("~a=10.0.0.7", "7").slice(50) + bookmark("9"));
    });
    const origin = await serve(listener);
    const run = follow(origin);
    expect(run.wasSynced).toBe(false);
    await expect.poll(() => run.source.metrics[0]?.resourceVersion).toBe("9");
    await expect.poll(() => run.state.hasSynced()).toBe(true);
    expect(run.state.services.get("shop", "a")?.clusterIPs).toEqual(["10.0.0.7"]);
    expect(run.state.services.size).toBe(2);
    expect(asked.sort()).toEqual([
      "/api/v1/namespaces?fieldSelector=metadata.name%3Dshop&resourceVersion=0",
      "/api/v1/services?labelSelector=app+in+%28a%2Cb%29&resourceVersion=0",
    ]);
  });

  it("takes a watch up again where a broken connection left it", async () => {
    const from: string[] = [];
    const { listener } = apiServer((response, url) => {
      from.push(url.searchParams.get("resourceVersion") ?? "");
      if (from.length > 1) response.write(event("+c", "7"));
      else {
        response.write(event("+b", "6") + event("+c", "7").slice(0, 30), () => {
          setImmediate(() => response.destroy());
        });
      }
    });
    const origin = await serve(listener);
    const run = follow(origin);
    await expect.poll(() => run.state.services.size).toBe(3);
    expect(from).toEqual(["5", "6"]);
  });
});
