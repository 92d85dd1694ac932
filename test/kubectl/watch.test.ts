import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { openSession, type Session } from "./session.ts";

describeWhere(["kubectl"], "kubectl get --watch", () => {
  let session: Session;
  beforeAll(async () => {
    session = await openSession();
  });
  afterAll(() => session.close());

  it.each([
    ["as a table", "", ["NAME DATA", "a 1", "a 2", "a 2"]],
    ["by name", "-o name", ["configmap/a", "configmap/a", "configmap/a"]],
    [
      "with the kinds of events",
      "--output-watch-events",
      ["EVENT NAME", "ADDED a", "MODIFIED a", "DELETED a"],
    ],
  ])("follows an object %s", async (_how, flags, expected) => {
    await session.run("kubectl create configmap a --from-literal=k=1");
    const watch = session.start(`exec kubectl get configmap a --watch ${flags}`);
    const lines = createInterface({ input: watch.stdout ?? process.stdin })[Symbol.asyncIterator]();
    const next = async () => (await lines.next()).value?.trim().split(/\s+/);
    const head = expected[0].includes("NAME") ? 2 : 1;
    const seen: (string[] | undefined)[] = [];
    // The first line says that the watch stands.
    for (let index = 0; index < head; index += 1) seen.push(await next());
    await session.run(`kubectl patch configmap a --type=merge -p '{"data":{"l":"2"}}'`);
    seen.push(await next());
    await session.run("kubectl delete configmap a --wait=false");
    seen.push(await next());
    const ended = once(watch, "close");
    watch.kill();
    await ended;
    expect(seen.map((words) => words?.slice(0, 2).join(" "))).toEqual(expected);
  });
});
