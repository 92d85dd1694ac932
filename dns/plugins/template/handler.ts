import type { Handler, Lookup, Next, Query, Verdict } from "../../contract.ts";
import { Rcode, RecordType } from "../../wire/constants.ts";
import type { EdnsOption, ResourceRecord } from "../../wire/contract.ts";
import { replyTo } from "../../wire/reply.ts";
import type { RecordTemplate, Section, TemplateData, TemplateRule } from "./contract.ts";
import { matchRule } from "./match.ts";
import type { TemplateMetrics } from "./metrics.ts";
import { recordOf } from "./record.ts";

const NAME = "template";
/** RFC 8914 §2. */
const EXTENDED_ERROR_OPTION = 15;

export interface TemplateHandlerParts {
  readonly rules: readonly TemplateRule[];
  readonly metrics: TemplateMetrics;
  /** Resolves what a CNAME made here points to. */
  readonly lookup: Lookup;
}

/** Answers with records made from the query; the first rule that matches decides. */
export class TemplateHandler implements Handler {
  readonly #parts: TemplateHandlerParts;

  constructor(parts: TemplateHandlerParts) {
    this.#parts = parts;
  }

  async serve(query: Query, next: Next): Promise<Verdict> {
    for (const rule of this.#parts.rules) {
      const data = matchRule(rule, query);
      if (data === "next") continue;
      if (data === "fail") return failed();
      return this.#answer(rule, query, data);
    }
    return next(query);
  }

  async #answer(rule: TemplateRule, query: Query, data: TemplateData): Promise<Verdict> {
    this.#parts.metrics.matches.inc(labels(query, data));
    if (rule.rcode === Rcode.SERVFAIL) return failed();
    try {
      const records = (section: Section) =>
        rule.records[section].map((template) => this.#record(template, section, query, data));
      const sections = {
        answers: records("answer"),
        additionals: records("additional"),
        authorities: records("authority"),
      };
      const followed = await this.#follow(query, sections.answers);
      const response = replyTo(query.message, {
        ...sections,
        ...followed,
        authoritative: true,
        rcode: rule.rcode,
        ednsOptions: extendedError(rule),
      });
      return { kind: "replied", response, plugin: NAME };
    } catch (thrown) {
      return failed(thrown instanceof Error ? thrown : new Error(String(thrown)));
    }
  }

  #record(
    template: RecordTemplate,
    section: Section,
    query: Query,
    data: TemplateData,
  ): ResourceRecord {
    const { metrics } = this.#parts;
    const where = { ...labels(query, data), section, template: template.source };
    const text = orCount(
      () => template.fill(data),
      () => metrics.templateFailures.inc(where),
    );
    return orCount(
      () => recordOf(text),
      () => metrics.recordFailures.inc(where),
    );
  }

  /** Addresses behind each CNAME, where addresses were asked for. */
  async #follow(
    query: Query,
    answers: readonly ResourceRecord[],
  ): Promise<{ readonly answers: readonly ResourceRecord[]; readonly truncated: boolean }> {
    const { type } = query.question;
    if (type !== RecordType.A && type !== RecordType.AAAA) return { answers, truncated: false };
    const followed: ResourceRecord[] = [];
    let truncated = false;
    for (const record of answers) {
      followed.push(record);
      if (record.type !== "CNAME") continue;
      const reply = await this.#parts.lookup(query, record.target, type);
      if (reply === undefined) continue;
      followed.push(...reply.answers);
      truncated = reply.flags.truncated;
    }
    return { answers: followed, truncated };
  }
}

function failed(error?: Error): Verdict {
  const refusal = { kind: "refused", rcode: Rcode.SERVFAIL, plugin: NAME } as const;
  return error === undefined ? refusal : { ...refusal, error };
}

function orCount<T>(make: () => T, count: () => void): T {
  try {
    return make();
  } catch (error) {
    count();
    throw error;
  }
}

const labels = ({ server }: Query, { zone, class: asked, type }: TemplateData) => ({
  server,
  zone,
  view: "",
  class: asked,
  type,
});

function extendedError({ extendedError: error }: TemplateRule): readonly EdnsOption[] {
  if (error === undefined) return [];
  const data = Buffer.concat([Buffer.from([error.code >> 8, error.code]), Buffer.from(error.text)]);
  return [{ code: EXTENDED_ERROR_OPTION, data }];
}
