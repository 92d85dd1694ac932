import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import type { RelistReason } from "#cluster/reflector/metrics.ts";
import { cut, type RequestFault } from "./front.ts";
import { corruptOne, forget, isService, lose, once, refuse, restart, times } from "./harm.ts";
import type { Rig, RigOptions } from "./rig.ts";

/** One row of the table in README.md: `fault`, `outcome` and `bound` are its columns. */
export interface Fault {
  readonly fault: string;
  readonly outcome: string;
  /** How long after the harm the state may differ, with the times that hold outside of tests. */
  readonly bound: string;
  readonly setup?: Partial<RigOptions>;
  /** Does harm, and changes objects while it lasts. */
  readonly strike: (rig: Rig) => Promise<void> | void;
  /** Why kinds were listed again; absent: the watches went on from where they were. */
  readonly relists?: readonly RelistReason[];
  /** Absent: over both. */
  readonly only?: "h2";
}

const resumed = "watched on from the last version";
const listed = "listed again, the difference applied";
const backoff = "0.8 to 1.6 s, doubling to 60 s while it lasts";
const relist = "0.8 to 1.6 s and a list";
const patientPing = { idleMs: 60_000, timeoutMs: 60_000 };
const nextWatch = "the watch's end: at most 10 min";

export const faults: readonly Fault[] = [
  {
    fault: "connection cut",
    outcome: resumed,
    bound: "at once",
    strike(rig) {
      rig.change();
      rig.relay.cut();
      rig.change();
    },
  },
  {
    fault: "server away while objects change",
    outcome: resumed,
    bound: backoff,
    async strike(rig) {
      rig.relay.isRefusing = true;
      rig.relay.cut();
      for (let round = 0; round < 5; round++) rig.change();
      await expect.poll(() => rig.total("failures")).toBeGreaterThan(3);
      rig.relay.isRefusing = false;
    },
  },
  {
    fault: "watch stalled, connection alive",
    outcome: resumed,
    bound: "195 s: 3¼ bookmark intervals",
    strike(rig) {
      rig.front.stallWatches();
      rig.change();
    },
  },
  {
    fault: "connection half open",
    outcome: resumed,
    bound:
      "HTTP/2 55 s by ping; HTTP/1.1 40 s by TCP keep-alive, 195 s where the peer's kernel still answers",
    strike(rig) {
      rig.relay.freeze();
      rig.change();
    },
  },
  {
    fault: "GOAWAY",
    outcome: "running watches go on, later ones on a new connection",
    bound: "none",
    only: "h2",
    // A machine that stands still for a moment must not end a watch as a dead peer would.
    setup: { ping: patientPing, timing: { bookmarkIntervalMs: 60_000 } },
    async strike(rig) {
      const watches = rig.total("watches");
      rig.front.goAway();
      rig.change();
      await rig.converged();
      expect(rig.total("watches")).toBe(watches);
      rig.front.endWatches();
      rig.change();
    },
  },
  {
    fault: "410 as a status",
    outcome: listed,
    bound: relist,
    setup: { server: { expiredWatchAs: "status" } },
    strike: forget,
    relists: ["expired"],
  },
  {
    fault: "410 as an event",
    outcome: listed,
    bound: relist,
    strike: forget,
    relists: ["expired"],
  },
  {
    fault: "410 for the list as well",
    outcome: "listed again without a version",
    bound: relist,
    async strike(rig) {
      rig.front.requestFault = times(4, (kind) => kind !== "position" && { code: 410 });
      rig.front.endWatches();
      rig.change();
    },
    relists: ["expired"],
  },
  {
    fault: "429 with Retry-After in seconds",
    outcome: "waited for, then watched on",
    bound: "what it says, at most 10 min",
    async strike(rig) {
      await refuse(rig, 2, 429, { "retry-after": "60" });
      expect(rig.sleepsMs.filter((ms) => ms === 60_000).length).toBe(2);
    },
  },
  {
    fault: "429 with Retry-After as a date",
    outcome: "waited for, then watched on",
    bound: "what it says, at most 10 min",
    async strike(rig) {
      await refuse(rig, 2, 429, { "retry-after": new Date(Date.now() + 120_000).toUTCString() });
      expect(rig.sleepsMs.filter((ms) => ms > 100_000 && ms <= 120_000).length).toBe(2);
    },
  },
  {
    fault: "burst of 500",
    outcome: resumed,
    bound: backoff,
    strike: (rig) => refuse(rig, 12, 500),
  },
  {
    fault: "events twice",
    outcome: "no difference made",
    bound: "none",
    strike: (rig) => corruptOne(rig, (line) => [line, line]),
  },
  {
    fault: "old event again",
    outcome: `left out; ${listed}`,
    bound: relist,
    async strike(rig) {
      let old = "";
      await corruptOne(rig, (line) => {
        old = line;
        return [line];
      });
      await rig.converged();
      await corruptOne(rig, (line) => [line, old]);
    },
    relists: ["backwards"],
  },
  {
    fault: "events out of order",
    outcome: `the late one left out; ${listed}`,
    bound: relist,
    async strike(rig) {
      await corruptOne(rig, (first) => {
        rig.front.lineFault = once(isService, (second) => [second, first]);
        return [];
      });
    },
    relists: ["backwards"],
  },
  {
    fault: "line cut off by the end of the stream",
    outcome: `${resumed}, the event comes again`,
    bound: "at once",
    strike: (rig) => corruptOne(rig, (line) => [line.slice(0, 40), cut]),
  },
  {
    fault: "line that ends in the middle",
    outcome: listed,
    bound: relist,
    strike: (rig) => corruptOne(rig, (line) => [`${line.slice(0, 40)}\n`]),
    relists: ["unreadable"],
  },
  {
    fault: "line that is no JSON",
    outcome: listed,
    bound: relist,
    strike: (rig) => corruptOne(rig, () => ["<html>504 Gateway Timeout</html>\n"]),
    relists: ["unreadable"],
  },
  {
    fault: "streamed list cut off",
    outcome: "thrown away; a list instead",
    bound: backoff,
    async strike(rig) {
      rig.front.lineFault = once(isService, (line) => [line, cut]);
      await forget(rig);
    },
    relists: ["expired"],
  },
  {
    fault: "list cut off",
    outcome: "thrown away; another list",
    bound: backoff,
    async strike(rig) {
      rig.front.requestFault = (kind) => (kind === "streamed list" ? { code: 422 } : undefined);
      rig.front.listsToTruncate = 3;
      await forget(rig);
    },
    relists: ["expired"],
  },
  {
    fault: "list that is no JSON",
    outcome: "thrown away; another list",
    bound: backoff,
    async strike(rig) {
      const html = times(3, (kind) => kind === "list" && { code: 200, body: "<html>busy" });
      rig.front.requestFault = (kind, ...more) =>
        kind === "streamed list" ? { code: 422 } : html(kind, ...more);
      await forget(rig);
    },
    relists: ["expired"],
  },
  {
    fault: "server refuses streamed lists",
    outcome: "lists instead, for good",
    bound: "at once",
    setup: {
      prepare(front) {
        front.requestFault = (kind) => (kind === "streamed list" ? { code: 422 } : undefined);
      },
    },
    async strike(rig) {
      expect(rig.front.requests).toContain("list");
      await forget(rig);
    },
    relists: ["expired"],
  },
  {
    fault: "server takes streamed lists for watches",
    outcome: "lists instead, for good",
    bound: "3 s once",
    setup: {
      prepare(front) {
        front.ignoresStreaming = true;
      },
    },
    async strike(rig) {
      expect(rig.front.requests).toContain("list");
      await forget(rig);
    },
    relists: ["expired"],
  },
  {
    fault: "watch that ends at once",
    outcome: resumed,
    bound: backoff,
    strike(rig) {
      rig.front.requestFault = times(8, (kind) => kind === "watch" && { code: 200, body: "" });
      rig.front.endWatches();
      rig.change();
    },
  },
  expiredToken("renewed already", { onRenewal: true }),
  expiredToken("renewed late", { onRenewal: false }),
  {
    fault: "restart with 10,000 objects, epoch far behind",
    outcome: "found when the watch is opened again; listed without a version",
    bound: relist,
    strike: (rig) => restart(rig, 0),
    relists: ["ahead_of_server"],
  },
  {
    fault: "restart with 10,000 objects, epoch far ahead",
    outcome: listed,
    bound: relist,
    strike: (rig) => restart(rig, 5_000_000),
    relists: ["expired"],
  },
  {
    fault: "restart with 10,000 objects, epoch that runs past our version",
    outcome: "found by the number of objects; listed again",
    bound: `${relist} after the first bookmark`,
    strike: (rig) => restart(rig, 995_000),
    relists: ["miscounted"],
  },
  {
    fault: "server set back that takes watches from its future in silence",
    outcome: "found when a watch is opened again; listed without a version",
    bound: nextWatch,
    async strike(rig) {
      rig.front.requestFault = (kind, url) => {
        const from = Number(url.searchParams.get("resourceVersion"));
        return kind === "watch" && from > rig.api.revision ? "hold" : undefined;
      };
      await restart(rig, 0);
    },
    relists: ["ahead_of_server"],
  },
  {
    fault: "lost window: objects come and go unheard",
    outcome: "found by the number of objects; listed again",
    bound: nextWatch,
    async strike(rig) {
      await lose(rig, () => rig.change());
      rig.front.endWatches();
    },
    relists: ["miscounted"],
  },
  {
    fault: "lost window: an object changes unheard",
    outcome: "listed again in time",
    bound: "the next audit: at most 12 h",
    setup: { timing: { auditIntervalMs: 300 } },
    async strike(rig) {
      await lose(rig, () => rig.modify());
      await setTimeout(600);
      rig.front.endWatches();
    },
    relists: ["audit"],
  },
];

function expiredToken(when: string, { onRenewal }: { readonly onRenewal: boolean }): Fault {
  let accepted = "first";
  let given = "first";
  const guard: RequestFault = (_kind, _url, { headers }) =>
    headers.authorization === accepted ? undefined : { code: 401 };
  return {
    fault: `token expired, ${when}`,
    outcome: onRenewal ? "401, the token read anew, the request sent again" : resumed,
    bound: onRenewal ? "at once" : backoff,
    setup: {
      prepare(front) {
        accepted = "first";
        given = "first";
        front.requestFault = guard;
      },
      authorization(renew) {
        if (renew && onRenewal) given = "second";
        return given;
      },
    },
    async strike(rig) {
      accepted = "second";
      rig.relay.cut();
      rig.change();
      if (onRenewal) return;
      await expect.poll(() => rig.total("failures")).toBeGreaterThan(3);
      expect(rig.logger.lines.at(-1)).toMatch(/401 Unauthorized: .*also after the credentials/);
      given = "second";
    },
  };
}
