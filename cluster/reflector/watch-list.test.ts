import { describe, expect, it } from "vitest";
import {
  bookmark,
  errorEvent,
  event,
  page,
  type Reply,
  status,
  watch,
} from "../testing/replies.ts";
import { runTimeline } from "../testing/timeline.ts";
import { watchListFirst } from "./watch-list.ts";

const minute = { lastsMs: 60_000 };

const scripts: readonly { name: string; replies: readonly Reply[]; log: readonly string[] }[] = [
  {
    name: "streams the list and goes on with the same watch, the rest of the chunk included",
    replies: [
      watch(
        event("+a", "3"),
        event("+b", "4") + bookmark("5", true) + event("-a", "6"),
        event("+c", "7"),
        minute,
      ),
      watch(minute),
    ],
    log: ["watch-list rv=", "+a +b", "-a", "+c", "watch rv=7"],
  },
  {
    name: "applies changes that come before the list is complete",
    replies: [
      watch(event("+a", "3"), event("+b", "4"), event("-a", "5"), bookmark("5", true), minute),
    ],
    log: ["watch-list rv=", "+b"],
  },
  {
    name: "lists where the server refuses the query, and keeps to it",
    replies: [status(422, "Invalid"), page("5", ["a"]), status(410, "Expired"), page("6", ["a"])],
    log: ["watch-list rv=", "list rv=0", "+a", "watch rv=5", "wait 800", "list rv=5"],
  },
  {
    name: "lists where the server takes the query for a plain watch",
    replies: [watch(event("+a", "3"), minute), page("5", ["a"]), watch(minute)],
    log: ["watch-list rv=", "list rv=0", "+a", "watch rv=5"],
  },
  {
    name: "lists where the server falls silent without an end",
    replies: [watch(event("+a", "3"), { hangs: true }), page("5", ["a"]), watch(minute)],
    log: ["watch-list rv=", "list rv=0", "+a", "watch rv=5"],
  },
  {
    name: "lists where the server sends a bookmark before the end",
    replies: [watch(event("+a", "3") + bookmark("5")), page("5", ["a"]), watch(minute)],
    log: ["watch-list rv=", "list rv=0", "+a", "watch rv=5"],
  },
  {
    name: "lists once after a failure, and then streams again",
    replies: [
      watch(event("+a", "3"), { breaks: "ECONNRESET" }),
      page("5", ["a"]),
      watch(errorEvent(410, "Expired")),
      watch(bookmark("9", true), minute),
    ],
    log: [
      "watch-list rv=",
      "wait 800",
      "list rv=0",
      "+a",
      "watch rv=5",
      "wait 1600",
      "watch-list rv=5",
      "-a",
    ],
  },
  {
    name: "streams the newest when the version is gone",
    replies: [
      watch(bookmark("5", true), errorEvent(410, "Expired")),
      watch(errorEvent(410, "Expired")),
      watch(bookmark("9", true), minute),
      watch(minute),
    ],
    log: ["watch-list rv=", "wait 800", "watch-list rv=5", "watch-list rv=", "watch rv=9"],
  },
];

describe("watchListFirst", () => {
  it.each(scripts)("$name", async ({ replies, log }) => {
    const timeline = await runTimeline(replies, watchListFirst(), { streamSilenceMs: 20 });
    expect(timeline.log).toEqual(log);
  });
});
