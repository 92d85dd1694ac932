/** An upstream whose names say what they answer. */
import { encodeMessage } from "#dns/wire/encode.ts";
import { type ReplyParts, replyTo } from "#dns/wire/reply.ts";
import type { Script } from "#test/upstream/script.ts";
import { type ScriptedUpstream, startUpstream } from "#test/upstream/server.ts";
import { records } from "#test/zone-text/zone-text.ts";

const SOA = "example.org. 2 IN SOA ns.example.org. host.example.org. 1 2 3 4 5";

/** @param turn how often the name has been asked for before */
function partsOf(name: string, turn: number): ReplyParts {
  const a = (ttl: number, host = 1) => ({ answers: records(`${name} ${ttl} IN A 10.0.0.${host}`) });
  const [kind = ""] = name.split(".");
  switch (kind.toLowerCase()) {
    case "counter":
      return a(2, turn + 1);
    case "dying":
      return turn === 0 ? a(1) : { rcode: 2 };
    case "leaving":
      return turn === 0 ? a(1) : { rcode: 3, authorities: records(SOA) };
    case "zero":
      return a(0);
    case "long":
      return a(100_000);
    case "ad":
      return { ...a(30), authenticData: true };
    case "aa":
      return { ...a(30), authoritative: true };
    case "mixed":
      return { ...a(30), additionals: records("ns.example.org. 7 IN A 10.0.0.9") };
    case "alias":
      return { answers: records(`${name} 9 IN CNAME b.test.\nb.test. 8 IN A 10.0.0.2`) };
    case "nowhere":
      return { answers: records(`${name} 9 IN CNAME b.test.`) };
    case "nodata":
      return { authorities: records(SOA) };
    case "nx":
      return { rcode: 3, authorities: records(SOA) };
    case "nxnosoa":
      return { rcode: 3 };
    case "referral":
      return { authorities: records("example.org. 60 IN NS ns.example.org.") };
    case "empty":
      return {};
    case "cut":
      return { ...a(30), truncated: true };
    case "servfail":
      return { rcode: 2 };
    case "notimp":
      return { rcode: 4 };
    case "refused":
      return { rcode: 5 };
    default:
      return a(30);
  }
}

/** The script keeps count of each name's queries. */
function namedAnswers(): Script {
  const turns = new Map<string, number>();
  return ({ message }) => {
    const name = message.questions[0]?.name ?? ".";
    const key = name.toLowerCase();
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    const parts = { recursionAvailable: true, ...partsOf(name, turn) };
    return [{ send: encodeMessage(replyTo(message, parts)) }];
  };
}

export const startNamedUpstream = (): Promise<ScriptedUpstream> => startUpstream(namedAnswers());
