import type { Handler, Query, Verdict } from "../../contract.ts";
import type { AddressRecord, SrvRecord } from "../../wire/contract.ts";
import { replyTo } from "../../wire/reply.ts";

/** Answers every query with the client's address and port in the additional section. */
export const whoamiHandler: Handler = {
  async serve(query): Promise<Verdict> {
    const response = replyTo(query.message, {
      authoritative: true,
      additionals: [clientAddress(query), clientPort(query)],
    });
    return { kind: "replied", response, plugin: "whoami" };
  },
};

function clientAddress({ question, client }: Query): AddressRecord {
  return {
    name: question.name,
    type: client.family === 4 ? "A" : "AAAA",
    class: question.class,
    ttlSeconds: 0,
    address: client.address,
  };
}

function clientPort({ question, client, transport }: Query): SrvRecord {
  return {
    name: question.name === "." ? `_${transport}.` : `_${transport}.${question.name}`,
    type: "SRV",
    class: question.class,
    ttlSeconds: 0,
    priority: 0,
    weight: 0,
    port: client.port,
    target: ".",
  };
}
