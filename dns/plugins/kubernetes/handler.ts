import type { ClusterState } from "#cluster/contract.ts";
import type { Handler, Lookup, Next, Query, Verdict } from "../../contract.ts";
import { Rcode, RecordClass, RecordType } from "../../wire/constants.ts";
import type { Message, ResourceRecord, SoaRecord } from "../../wire/contract.ts";
import { foldName, isSubdomain } from "../../wire/name.ts";
import { replyTo } from "../../wire/reply.ts";
import { longestZone } from "../zones.ts";
import type { KubernetesOptions } from "./contract.ts";
import type { Resolution, Resolver } from "./resolve.ts";

const NAME = "kubernetes";
const MAX_CNAME_CHAIN = 10;
const REFRESH_SECONDS = 7200;
const RETRY_SECONDS = 1800;
const EXPIRE_SECONDS = 86_400;

export interface KubernetesHandlerParts {
  readonly state: ClusterState;
  readonly options: KubernetesOptions;
  readonly resolver: Resolver;
  /** SOA serial, as the answer table has it. */
  readonly serial: () => number;
  /** Resolves names outside the zones through the server itself. */
  readonly lookup: Lookup;
}

/** The slow path of the plugin: the same meaning as the compiled answers, for what they leave out. */
export class KubernetesHandler implements Handler {
  readonly #parts: KubernetesHandlerParts;

  constructor(parts: KubernetesHandlerParts) {
    this.#parts = parts;
  }

  async serve(query: Query, next: Next): Promise<Verdict> {
    const { options, state, resolver } = this.#parts;
    const { name, type } = query.question;
    const zone = longestZone(options.zones, foldName(name));
    if (zone === undefined) return next(query);
    if (type === RecordType.AXFR || type === RecordType.IXFR) {
      return { kind: "refused", rcode: Rcode.REFUSED, plugin: NAME };
    }
    const zoneAsAsked = name.slice(name.length - zone.length);
    if (type === RecordType.SOA && name.length === zone.length) {
      return this.#reply(query, { answers: [this.#soa(zoneAsAsked)] });
    }
    const resolution = resolver.resolve(name, type, zone);
    if (resolution.kind === "records") return this.#reply(query, resolution);
    if (resolution.kind === "alias") return this.#follow(query, resolution, zoneAsAsked);
    if (resolution.kind === "nodata") return this.#negative(query, zoneAsAsked, Rcode.NOERROR);
    if (state.hasSynced() && this.#fallsThrough(name)) return next(query);
    return this.#negative(query, zoneAsAsked, Rcode.NXDOMAIN);
  }

  #fallsThrough(name: string): boolean {
    return this.#parts.options.fallthrough?.some((zone) => isSubdomain(name, zone)) ?? false;
  }

  /** Follows an ExternalName: inside the zones through this plugin, outside through the server. */
  async #follow(
    query: Query,
    first: Resolution & { kind: "alias" },
    zoneAsAsked: string,
  ): Promise<Verdict> {
    const { options, resolver, lookup } = this.#parts;
    const { type } = query.question;
    const chain: ResourceRecord[] = [first.record];
    const seen = new Set([foldName(query.question.name)]);
    for (let { target } = first; chain.length <= MAX_CNAME_CHAIN; ) {
      const folded = foldName(target);
      if (seen.has(folded)) break;
      seen.add(folded);
      const zone = longestZone(options.zones, folded);
      if (zone === undefined) {
        const reply = await lookup(query, target, type);
        const failed = reply === undefined || reply.rcode === Rcode.SERVFAIL;
        const answers = [...chain, ...(reply?.answers ?? [])];
        return this.#reply(query, {
          answers,
          rcode: failed ? Rcode.SERVFAIL : Rcode.NOERROR,
          truncated: reply?.flags.truncated ?? false,
        });
      }
      const resolution = resolver.resolve(target, type, zone);
      if (resolution.kind === "records")
        return this.#reply(query, { answers: [...chain, ...resolution.answers] });
      if (resolution.kind !== "alias") break;
      chain.push(resolution.record);
      target = resolution.target;
    }
    // A chain that ends in nothing is no answer: as in CoreDNS the CNAME goes with it.
    return this.#negative(query, zoneAsAsked, Rcode.NOERROR);
  }

  /** What is missing while the first lists are still under way may exist: SERVFAIL then, never a denial. */
  #negative(query: Query, zone: string, denial: number): Verdict {
    const rcode = this.#parts.state.hasSynced() ? denial : Rcode.SERVFAIL;
    return this.#reply(query, { rcode, authorities: [this.#soa(zone)] });
  }

  #reply(
    query: Query,
    parts: Partial<Pick<Message, "answers" | "additionals" | "authorities" | "rcode">> & {
      readonly truncated?: boolean;
    },
  ): Verdict {
    return {
      kind: "replied",
      response: replyTo(query.message, { ...parts, authoritative: true }),
      plugin: NAME,
    };
  }

  #soa(zone: string): SoaRecord {
    const { ttlSeconds } = this.#parts.options;
    const below = zone === "." ? "" : zone;
    return {
      type: "SOA",
      name: zone,
      class: RecordClass.IN,
      ttlSeconds: Math.min(ttlSeconds, 300),
      primary: `ns.dns.${below}`,
      mailbox: `hostmaster.${below}`,
      serial: this.#parts.serial(),
      refreshSeconds: REFRESH_SECONDS,
      retrySeconds: RETRY_SECONDS,
      expireSeconds: EXPIRE_SECONDS,
      minimumSeconds: ttlSeconds,
    };
  }
}
