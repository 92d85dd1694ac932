import { expect, test } from "vitest";
import { query } from "#test/support/plugin.ts";
import type { Query, Verdict } from "../contract.ts";
import { replyTo } from "../wire/reply.ts";
import { createLookup } from "./lookup.ts";

test("a follow-up asks another name of the same listener, for the same client", async () => {
  const asked: Query[] = [];
  const lookup = createLookup(() => ({
    async resolve(followUp) {
      asked.push(followUp);
      return { kind: "refused", rcode: 5, plugin: "" };
    },
  }));
  const first = query("a.test. AAAA", { server: "dns://:5353" });
  const reply = await lookup(first, "b.test.", 28);
  expect(reply).toMatchObject({ rcode: 5, questions: [{ name: "b.test.", type: 28 }] });
  expect(asked).toMatchObject([{ server: "dns://:5353", client: first.client, depth: 1 }]);
});

test("names that lead to one another end after ten follow-ups", async () => {
  let asked = 0;
  const lookup = createLookup(() => ({
    async resolve(followUp): Promise<Verdict> {
      asked++;
      await lookup(followUp, "again.test.", 1);
      return { kind: "replied", response: replyTo(followUp.message, {}), plugin: "again" };
    },
  }));
  await lookup(query("again.test."), "again.test.", 1);
  expect(asked).toBe(10);
});
