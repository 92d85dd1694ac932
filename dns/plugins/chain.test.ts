import { expect, test } from "vitest";
import { query, replying, testProcess } from "#test/support/plugin.ts";
import type { Handler, PluginInstance } from "../contract.ts";
import { runChain } from "./chain.ts";
import { panicReporter } from "./panics.ts";

function instance(name: string, serve?: Handler["serve"]): PluginInstance {
  return {
    name,
    fastPath: { kind: "transparent" },
    ...(serve === undefined ? {} : { handler: { serve } }),
  };
}

const passing = (name: string, seen: string[]) =>
  instance(name, async (asked, next) => {
    seen.push(name);
    return next(asked);
  });
const never = () => {
  throw new Error("a panic nobody expected");
};

test("a query that falls off the chain fails", async () => {
  const seen: string[] = [];
  const chain = [passing("a", seen), instance("no handler"), passing("b", seen)];
  expect(await runChain(chain, query("x.test."), never)).toEqual({
    kind: "refused",
    rcode: 2,
    plugin: "",
  });
  expect(seen).toEqual(["a", "b"]);
});

test("an empty chain refuses", async () => {
  expect(await runChain([], query("x.test."), never)).toMatchObject({ kind: "refused", rcode: 5 });
});

test("the first that answers is the last that is asked", async () => {
  const seen: string[] = [];
  const chain = [passing("a", seen), instance("backend", replying({})), passing("c", seen)];
  expect(await runChain(chain, query("x.test."), never)).toMatchObject({
    kind: "replied",
    plugin: "backend",
  });
  expect(seen).toEqual(["a"]);
});

test("a plugin may ask for something else", async () => {
  const chain = [
    instance("rewrite", (asked, next) => next({ ...asked, zone: "other." })),
    instance("look", async (asked) => ({ kind: "refused", rcode: 3, plugin: asked.zone })),
  ];
  expect(await runChain(chain, query("x.test."), never)).toMatchObject({ plugin: "other." });
});

test.each<[string, Handler["serve"]]>([
  [
    "at once",
    () => {
      throw new Error("defect");
    },
  ],
  ["later", () => Promise.reject(new Error("defect"))],
])(
  "a handler that throws %s is a counted, logged SERVFAIL that outer plugins see",
  async (_, serve) => {
    const { services, log, metrics } = testProcess();
    const rcodes: number[] = [];
    const outer = instance("outer", async (asked, next) => {
      const verdict = await next(asked);
      if (verdict.kind === "refused") rcodes.push(verdict.rcode);
      return verdict;
    });
    const verdict = await runChain(
      [outer, instance("bad", serve)],
      query("x.test."),
      panicReporter(services),
    );
    expect(verdict).toEqual({
      kind: "refused",
      rcode: 2,
      plugin: "bad",
      error: new Error("defect"),
    });
    expect(rcodes).toEqual([2]);
    expect(log).toEqual([
      "[ERROR] plugin/bad: the handler threw, the query is answered SERVFAIL error=defect",
    ]);
    expect(await metrics.metrics()).toContain("coredns_panics_total 1");
  },
);

test("what is thrown need not be an Error", async () => {
  const thrower = instance("bad", () => {
    throw "text";
  });
  const errors: string[] = [];
  await runChain([thrower], query("x.test."), (_, error) => errors.push(error.message));
  expect(errors).toEqual(["text"]);
});
