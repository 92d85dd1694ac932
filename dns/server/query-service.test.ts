import { expect, test } from "vitest";
import { query } from "#test/support/plugin.ts";
import type { PluginInstance } from "../contract.ts";
import { decodeMessage } from "../wire/decode.ts";
import { encodeMessage } from "../wire/encode.ts";
import { replyTo } from "../wire/reply.ts";
import { QueryService } from "./query-service.ts";

test("a response without a wire form is a panic and SERVFAIL, not the end of the process", async () => {
  const broken: PluginInstance = {
    name: "broken",
    fastPath: { kind: "needs-query" },
    handler: {
      serve: async ({ message, question }) => ({
        kind: "replied",
        plugin: "broken",
        response: replyTo(message, {
          answers: [{ ...question, type: "A", ttlSeconds: 0, address: "not an address" }],
        }),
      }),
    },
  };
  const panics: string[] = [];
  const service = new QueryService({
    router: {
      route: () => ({ zone: ".", instances: [broken], takesAllClasses: false }),
    },
    onPanic: (plugin, error) => panics.push(`${plugin}: ${error.message}`),
    onDropped: () => {},
  });
  const { message, client, transport, server } = query("a.test. A");
  const reply = await service.answer({ bytes: encodeMessage(message), client, transport, server });
  expect(decodeMessage(reply ?? new Uint8Array())).toMatchObject({
    id: message.id,
    rcode: 2,
    questions: message.questions,
    answers: [],
  });
  expect(panics).toEqual(['server: "not an address" is no IPv4 address']);
});
