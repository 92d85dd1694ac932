import type { Handler, Query, Verdict } from "../../contract.ts";
import { MAX_NAME_BYTES } from "../../wire/constants.ts";
import type { AddressRecord, SrvRecord } from "../../wire/contract.ts";
import { nameToWire } from "../../wire/name.ts";
import { replyTo } from "../../wire/reply.ts";

/**
 * Answers every query with the client's address and port in the additional section. The port's name is longer than the
 * name that was asked: it is left out where that makes it none.
 */
export const whoamiHandler: Handler = {
  async serve(query): Promise<Verdict> {
    const response = replyTo(query.message, {
      authoritative: true,
      additionals: [clientAddress(query), ...clientPort(query)],
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

function clientPort({ question, client, transport }: Query): SrvRecord[] {
  const label = `_${transport}`;
  if (nameToWire(question.name).length + 1 + label.length > MAX_NAME_BYTES) return [];
  return [
    {
      name: question.name === "." ? `${label}.` : `${label}.${question.name}`,
      type: "SRV",
      class: question.class,
      ttlSeconds: 0,
      priority: 0,
      weight: 0,
      port: client.port,
      target: ".",
    },
  ];
}
