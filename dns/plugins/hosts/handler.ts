import type { Handler, Next, Query, Verdict } from "../../contract.ts";
import { Rcode, RecordType } from "../../wire/constants.ts";
import type { ResourceRecord } from "../../wire/contract.ts";
import { foldName } from "../../wire/name.ts";
import { replyTo } from "../../wire/reply.ts";
import { addressOfReverseName } from "../../wire/reverse.ts";
import { isWithin } from "../zones.ts";
import type { HostsTable } from "./hosts-table.ts";
import type { HostsOptions } from "./options.ts";

const NAME = "hosts";

/** Answers A, AAAA and PTR from the tables that are there when the query comes; their entries add up. */
export class HostsHandler implements Handler {
  readonly #options: HostsOptions;
  readonly #tables: () => readonly HostsTable[];

  constructor(options: HostsOptions, tables: () => readonly HostsTable[]) {
    this.#options = options;
    this.#tables = tables;
  }

  async serve(query: Query, next: Next): Promise<Verdict> {
    const { name, type } = query.question;
    if (type === RecordType.PTR) {
      const pointers = this.#pointers(query);
      return pointers.length === 0 ? next(query) : reply(query, pointers);
    }
    if (!isWithin(name, this.#options.zones)) return next(query);
    const fallsThrough = isWithin(name, this.#options.fallthrough ?? []);
    const isAddress = type === RecordType.A || type === RecordType.AAAA;
    if (!isAddress && fallsThrough && this.#options.fallthroughUnsupported) return next(query);
    const v4 = this.#addresses(query, "A");
    const v6 = this.#addresses(query, "AAAA");
    if (v4.length === 0 && v6.length === 0) {
      // A denial wants an SOA, which a hosts file has not: as in CoreDNS the client hears of a failure instead.
      return fallsThrough ? next(query) : { kind: "refused", rcode: Rcode.SERVFAIL, plugin: NAME };
    }
    return reply(query, type === RecordType.A ? v4 : type === RecordType.AAAA ? v6 : []);
  }

  #addresses({ question }: Query, type: "A" | "AAAA"): ResourceRecord[] {
    const folded = foldName(question.name);
    const family = type === "A" ? 4 : 6;
    return this.#tables()
      .flatMap((table) => table.addresses(folded, family))
      .map((address) => ({ ...this.#head(question), type, address }));
  }

  #pointers({ question }: Query): ResourceRecord[] {
    const address = addressOfReverseName(question.name);
    if (address === undefined) return [];
    return this.#tables()
      .flatMap((table) => table.names(address))
      .map((target) => ({ ...this.#head(question), type: "PTR", target }));
  }

  #head({ name, class: recordClass }: Query["question"]) {
    return { name, class: recordClass, ttlSeconds: this.#options.ttlSeconds };
  }
}

function reply(query: Query, answers: readonly ResourceRecord[]): Verdict {
  const response = replyTo(query.message, { authoritative: true, answers });
  return { kind: "replied", response, plugin: NAME };
}
