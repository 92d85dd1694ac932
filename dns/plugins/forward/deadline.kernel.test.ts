import { Registry } from "prom-client";
import { afterEach, expect, test } from "vitest";
import { query, testProcess } from "#test/support/plugin.ts";
import { closeScenes, summary, upstream } from "#test/upstream/forward-scene.ts";
import { answer, drop, replyWith, type Script } from "#test/upstream/script.ts";
import { type ScriptedUpstream, startUpstream } from "#test/upstream/server.ts";
import { parseCorefile } from "../../corefile/parser.ts";
import { forwardMetrics } from "./metrics.ts";
import { readForwardOptions } from "./options.ts";
import { ForwardRule } from "./rule.ts";

afterEach(closeScenes);

/** Asks these upstreams under a deadline for the whole query, and counts how often one was connected to. */
async function askWithin(deadlineMs: number, to: readonly ScriptedUpstream[], block: string) {
  const labels = to.map(({ label }) => label).join(" ");
  const text = `. {\nforward . ${labels} {\npolicy sequential\nmax_fails 0\n${block}\n}\n}`;
  const [directive] = parseCorefile(text, { file: "Corefile" }).blocks[0]?.directives ?? [];
  if (directive === undefined) throw new Error("no directive");
  const metrics = forwardMetrics(new Registry(), testProcess().services.shared);
  let connected = 0;
  const counting = (label: string) => ({
    ...metrics.ofUpstream(label),
    connected: () => void connected++,
  });
  const rule = new ForwardRule(
    { ...readForwardOptions(directive), deadlineMs },
    {
      metrics: { ...metrics, ofUpstream: counting },
      randomBelow: () => 0,
      nowMs: () => performance.now(),
    },
  );
  const { verdict } = await rule.serve(query("www.example.org. A"));
  rule.stop();
  return { outcome: summary(verdict), asked: () => to.map(({ asked }) => asked.length), connected };
}

const TIMEOUT = "SERVFAIL: read udp UPSTREAM: i/o timeout";

test.each<[string, readonly Script[], string, string, number[]]>([
  ["cuts the wait for one upstream short", [drop], "read_timeout 1h", TIMEOUT, [1]],
  ["ends the attempts", [drop, drop], "read_timeout 1s\nmax_connect_attempts 0", TIMEOUT, [2, 1]],
  [
    "leaves the next one what is left",
    [drop, answer("10.0.0.2")],
    "read_timeout 1s",
    "NOERROR 10.0.0.2",
    [1, 1],
  ],
  [
    "does not replace an answer",
    [replyWith({ rcode: 2 }), drop],
    "read_timeout 1h",
    "SERVFAIL",
    [1, 0],
  ],
])("the deadline of a query %s", async (_, scripts, block, outcome, asked) => {
  const upstreams = await Promise.all(scripts.map((script) => upstream(script)));
  // Far from a whole number of waits: what comes late on a busy machine adds none and takes none away.
  const seen = await askWithin(2600, upstreams, block);
  expect(seen.outcome).toBe(outcome);
  await expect.poll(seen.asked).toEqual(asked);
});

test("without a bound of attempts, an upstream that refuses is given pauses", async () => {
  const closed = await startUpstream(drop);
  await closed.close();
  const { outcome, connected } = await askWithin(350, [closed], "max_connect_attempts 0");
  // On a busy machine what is asked last may have no time left to hear of it.
  expect(outcome).toMatch(/^SERVFAIL: read udp UPSTREAM: (?:connection refused|i\/o timeout)$/);
  expect(connected).toBeLessThanOrEqual(6);
});
