import { describe, expect, it } from "vitest";
import {
  body,
  bookmark,
  errorEvent,
  event,
  page,
  position,
  type Reply,
  status,
  unreachable,
  watch,
} from "../testing/replies.ts";
import { runTimeline } from "../testing/timeline.ts";
import { listAll } from "./list.ts";
import { watchListFirst } from "./watch-list.ts";

const expired = status(410, "Expired");
const minute = { lastsMs: 60_000 };

interface Script {
  readonly name: string;
  readonly replies: readonly Reply[];
  readonly log: readonly string[];
}

const scripts: readonly Script[] = [
  {
    name: "lists from the watch cache and watches from there",
    replies: [
      page("5", ["a", "b"]),
      watch(event("+c", "6"), event("-a", "7"), minute),
      watch(minute),
    ],
    log: ["list rv=0", "+a +b", "watch rv=5", "+c", "-a", "watch rv=7"],
  },
  {
    name: "applies all events of one chunk as one batch",
    replies: [
      page("5", ["a"]),
      watch(event("+b", "6") + event("~a=10.0.0.9", "7") + event("-b", "8"), minute),
    ],
    log: ["list rv=0", "+a", "watch rv=5", "~a"],
  },
  {
    name: "puts events together that chunks cut apart",
    replies: [
      page("5", []),
      watch(
        event("+a", "6").slice(0, 20),
        event("+a", "6").slice(20) + event("+b", "7").slice(0, 1),
        event("+b", "7").slice(1),
        minute,
      ),
    ],
    log: ["list rv=0", "watch rv=5", "+a", "+b"],
  },
  {
    name: "takes versions from bookmarks",
    replies: [page("5", ["a"]), watch(bookmark("9"), minute), watch(minute)],
    log: ["list rv=0", "+a", "watch rv=5", "watch rv=9"],
  },
  {
    name: "follows pages where the server gives them",
    replies: [page("5", ["a"], "p2"), page("5", ["b"], "p3"), page("5", ["c"]), watch(minute)],
    log: ["list rv=0", "list continue=p2", "list continue=p3", "+a +b +c", "watch rv=5"],
  },
  {
    name: "reads from etcd in pages once the known version is gone",
    replies: [expired, page("5", ["a"], "p2"), page("5", ["b"]), watch(minute)],
    log: ["list rv=0", "list rv= limit=500", "list continue=p2", "+a +b", "watch rv=5"],
  },
  {
    name: "reads in one piece when the pages' snapshot expires",
    replies: [expired, page("5", ["a"], "p2"), expired, page("8", ["a", "c"]), watch(minute)],
    log: ["list rv=0", "list rv= limit=500", "list continue=p2", "list rv=", "+a +c", "watch rv=8"],
  },
  {
    name: "lists again when the watch's version is refused",
    replies: [page("5", ["a"]), expired, page("9", ["b"]), watch(minute)],
    log: ["list rv=0", "+a", "watch rv=5", "wait 800", "list rv=5", "+b -a", "watch rv=9"],
  },
  {
    name: "lists again when the version expires in mid-stream, after what came before",
    replies: [
      page("5", ["a"]),
      watch(event("+b", "6") + errorEvent(410, "Expired") + event("+never", "7"), minute),
      page("9", ["a", "b", "c"]),
    ],
    log: ["list rv=0", "+a", "watch rv=5", "+b", "wait 800", "list rv=6", "+c"],
  },
  {
    name: "asks for the newest when the version it came to is gone for lists too",
    replies: [page("5", ["a"]), expired, expired, page("9", ["a"]), watch(minute)],
    log: [
      "list rv=0",
      "+a",
      "watch rv=5",
      "wait 800",
      "list rv=5",
      "list rv= limit=500",
      "watch rv=9",
    ],
  },
  {
    name: "starts over with a server that has lost its history",
    replies: [
      page("500", ["a"]),
      watch({ breaks: "ECONNRESET" }),
      unreachable("ECONNREFUSED"),
      status(504, "Timeout", { causes: ["ResourceVersionTooLarge"] }),
      page("3", ["b"]),
      watch(minute),
    ],
    log: [
      "list rv=0",
      "+a",
      "watch rv=500",
      "wait 800",
      "watch rv=500",
      "wait 1600",
      "watch rv=500",
      "wait 3200",
      "list rv= limit=500",
      "+b -a",
      "watch rv=3",
    ],
  },
  {
    name: "goes on at once where a long watch broke",
    replies: [
      page("5", []),
      watch(event("+a", "6"), minute, { breaks: "ECONNRESET" }),
      watch(minute),
    ],
    log: ["list rv=0", "watch rv=5", "+a", "watch rv=6"],
  },
  {
    name: "puts off a watch that ends at once, but not one that brought something",
    replies: [page("5", []), watch(), watch(bookmark("6")), watch(event("+a", "7")), watch(minute)],
    log: [
      "list rv=0",
      "watch rv=5",
      "wait 800",
      "watch rv=5",
      "wait 1600",
      "watch rv=6",
      "+a",
      "watch rv=7",
    ],
  },
  {
    name: "doubles its waits up to half a minute",
    replies: Array.from({ length: 8 }, () => status(500, "InternalError")),
    log: [800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000].flatMap((ms) => [
      "list rv=0",
      `wait ${ms}`,
    ]),
  },
  {
    name: "begins with short waits again after two good minutes",
    replies: [
      unreachable("ECONNREFUSED"),
      page("5", []),
      watch({ lastsMs: 121_000 }),
      unreachable("ECONNREFUSED"),
    ],
    log: ["list rv=0", "wait 800", "list rv=0", "watch rv=5", "watch rv=5", "wait 800"],
  },
  {
    name: "waits as long as a busy server asks",
    replies: [
      status(429, "TooManyRequests", { headers: { "retry-after": "7" } }),
      page("5", []),
      status(429, "TooManyRequests", { headers: { "retry-after": "1" } }),
      watch(minute),
    ],
    log: ["list rv=0", "wait 7000", "list rv=0", "watch rv=5", "wait 1600", "watch rv=5"],
  },
  {
    name: "lists again when an error event of another sort comes",
    replies: [page("5", ["a"]), watch(minute, errorEvent(500, "InternalError")), page("6", ["b"])],
    log: ["list rv=0", "+a", "watch rv=5", "wait 800", "list rv=5", "+b -a"],
  },
  {
    name: "lists again when a line is no JSON, after what came before",
    replies: [
      page("5", ["a"]),
      watch(`${event("+b", "6")}{"type":"ADD\n${event("+c", "7")}`),
      page("9", ["a", "c"]),
    ],
    log: ["list rv=0", "+a", "watch rv=5", "+b", "wait 800", "list rv=6", "+c -b"],
  },
  {
    name: "gets an event again that the end of the stream cut off",
    replies: [
      page("5", []),
      watch(event("+a", "6") + event("+b", "7").slice(0, -9), minute),
      watch(event("+b", "7")),
    ],
    log: ["list rv=0", "watch rv=5", "+a", "watch rv=6", "+b"],
  },
  {
    name: "makes nothing of events that come twice",
    replies: [
      page("5", ["a"]),
      watch(
        event("+a", "5"),
        event("+b", "6"),
        event("+b", "6"),
        event("-b", "7"),
        event("-b", "7"),
        minute,
      ),
    ],
    log: ["list rv=0", "+a", "watch rv=5", "+b", "-b"],
  },
  {
    name: "lists again when an event is older than one before it, and leaves that one out",
    replies: [
      page("5", ["a"]),
      watch(event("+b", "7") + event("+c", "6") + event("+d", "8"), minute),
      page("8", ["a", "b", "c"]),
    ],
    log: ["list rv=0", "+a", "watch rv=5", "+b", "wait 800", "list rv=7", "+c"],
  },
  {
    name: "lists again when a bookmark is older than the state",
    replies: [page("50", ["a"]), watch(bookmark("7"), minute), page("51", ["b"])],
    log: ["list rv=0", "+a", "watch rv=50", "wait 800", "list rv=50", "+b -a"],
  },
  {
    name: "asks between watches where the server is, and goes on where that fits",
    replies: [
      page("5", ["a"]),
      watch(minute),
      position("5", 1),
      watch(minute),
      position("8", 2),
      watch(event("+b", "8") + event("+c", "9"), minute),
      position("9", 3),
      watch(minute),
    ],
    log: [
      "list rv=0",
      "+a",
      "watch rv=5",
      "position",
      "watch rv=5",
      "position",
      "watch rv=5",
      "+b",
      "+c",
      "position",
      "watch rv=9",
    ],
  },
  {
    name: "lists the newest when the server is behind the state",
    replies: [page("500", ["a"]), watch(minute), position("3", 1), page("3", ["b"])],
    log: ["list rv=0", "+a", "watch rv=500", "position", "wait 800", "list rv= limit=500", "+b -a"],
  },
  {
    name: "lists again when the server has another number of objects at the same version",
    replies: [page("5", ["a"]), watch(minute), position("5", 2), page("6", ["a", "b"])],
    log: ["list rv=0", "+a", "watch rv=5", "position", "wait 800", "list rv=5", "+b"],
  },
  {
    name: "counts when the version is reached by which the server has counted, not before",
    replies: [
      page("5", ["a"]),
      watch(minute),
      position("8", 3),
      watch(event("+b", "7"), event("+c", "9"), minute),
      page("9", ["a", "b", "c", "d"]),
    ],
    log: [
      "list rv=0",
      "+a",
      "watch rv=5",
      "position",
      "watch rv=5",
      "+b",
      "wait 800",
      "list rv=7",
      "+c +d",
    ],
  },
  {
    name: "lists again after six hours without any suspicion",
    replies: [page("5", ["a"]), watch({ lastsMs: 6 * 3_600_000 }), page("5", ["b"])],
    log: ["list rv=0", "+a", "watch rv=5", "wait 800", "list rv=5", "+b -a"],
  },
  {
    name: "leaves no half list behind",
    replies: [
      body('{"metadata":{"resourceVersion":"5"},"items":[{"metadata":{"name":"a"}}'),
      page("6", ["b"]),
    ],
    log: ["list rv=0", "wait 800", "list rv=0", "+b"],
  },
  {
    name: "does not take for a list what is none",
    replies: [body("<html>"), body("{}"), page("6", ["b"])],
    log: ["list rv=0", "wait 800", "list rv=0", "wait 1600", "list rv=0", "+b"],
  },
];

describe("Reflector", () => {
  it.each(scripts)("$name", async ({ replies, log }) => {
    const timeline = await runTimeline(replies);
    expect(timeline.log).toEqual(log);
    expect(replies.length).toBe(log.filter((line) => /^(list|watch|position)/.test(line)).length);
  });

  it("counts what it does", async () => {
    const lines = `${event("+b", "6")}${bookmark("8")}broken\n`;
    const { metrics } = await runTimeline([page("5", ["a"]), watch(lines), page("9", ["a", "b"])]);
    expect(metrics).toMatchObject({
      lists: 2,
      events: 1,
      bookmarks: 1,
      unreadableLines: 1,
      relists: { expired: 0, unreadable: 1 },
      resourceVersion: "9",
    });
    expect(metrics.lastEventMs).toBe(metrics.lastBookmarkMs);
    expect(metrics.bytes).toBeGreaterThan(lines.length);
  });

  it("passes over an object that it cannot decode, says so, and keeps the last good one", async () => {
    const bad = event("~a", "6").replace("10.0.0.1", "ten");
    const { services, metrics, logLines } = await runTimeline([
      page("5", ["a"]),
      watch(bad + event("+b", "7"), minute),
      watch(minute),
    ]);
    expect(services).toEqual(["a@5", "b@7"]);
    expect(metrics.undecodable).toBe(1);
    expect(logLines).toContain('error: Service shop/a: spec.clusterIPs: "ten" is no IP address');
  });

  it.each([
    ["listed", listAll, ["list rv=0", "wait 60000", "list rv=0", "+a", "watch rv=5"]],
    [
      "streamed",
      watchListFirst(),
      ["watch-list rv=", "wait 60000", "list rv=0", "+a", "watch rv=5"],
    ],
  ])("takes a resource that may be missing for one without objects, %s", async (_how, way, log) => {
    const replies = [status(404, "NotFound"), page("5", ["a"]), watch(minute)];
    const timeline = await runTimeline(replies, way, {}, { mayBeMissing: true });
    expect(timeline.log).toEqual(log);
    expect(timeline.logLines.filter((line) => line.startsWith("warn"))).toEqual([]);
  });

  it("goes on asking for a resource that must not be missing", async () => {
    const { log } = await runTimeline([status(404, "NotFound"), page("5", ["a"]), watch(minute)]);
    expect(log).toEqual(["list rv=0", "wait 800", "list rv=0", "+a", "watch rv=5"]);
  });

  it("logs what it puts off, with the server's own words", async () => {
    const { logLines } = await runTimeline([status(403, "Forbidden"), unreachable("ECONNREFUSED")]);
    expect(logLines).toEqual([
      "warn: GET http://api/api/v1/services?resourceVersion=0: 403 Forbidden: it is Forbidden",
      "warn: GET http://api/api/v1/services?resourceVersion=0: ECONNREFUSED",
    ]);
  });
});
