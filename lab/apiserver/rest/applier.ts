import type { KubeObject, ResourceRow, Sources } from "../contract.ts";
import { decode } from "../kinds/decode.ts";
import { applyConfiguration, createConfiguration } from "../ownership/record.ts";
import { badRequest, StatusError } from "../status.ts";
import type { StoredObject } from "../store/stored-object.ts";
import { writingBy } from "./ownership.ts";
import type { Part } from "./parts.ts";
import type { Reader } from "./reader.ts";
import { reportUnknownFields, type WriteOptions } from "./write-options.ts";
import type { Writer } from "./writer.ts";

export interface ApplyOptions extends WriteOptions {
  readonly manager: string;
  /** Takes fields from their managers instead of refusing. */
  readonly force: boolean;
}

export interface Applied {
  readonly stored: StoredObject;
  readonly isNew: boolean;
}

/** Server-side apply: works out what a configuration makes of an object and hands that to the writer. */
export class Applier {
  readonly #reader: Reader;
  readonly #writer: Writer;
  readonly #now: Sources["now"];

  constructor(reader: Reader, writer: Writer, now: Sources["now"]) {
    this.#reader = reader;
    this.#writer = writer;
    this.#now = now;
  }

  /** Creates what does not exist. @throws StatusError 400, 409 for conflicts of managers, and what the writer throws */
  apply(
    row: ResourceRow,
    namespace: string,
    name: string,
    given: unknown,
    part: Part,
    options: ApplyOptions,
  ): Applied {
    const configuration = this.#configuration(given, row, name, options);
    const writing = writingBy(options.manager, "Apply", row, part, this.#now());
    const { dryRun = false } = options;
    if (part === "object" && !this.#exists(row, namespace, name)) {
      const object = createConfiguration(configuration, writing);
      return { stored: this.#writer.create(row, namespace, object, { dryRun }), isNew: true };
    }
    const change = (present: KubeObject) =>
      applyConfiguration(present, configuration, writing, options.force);
    const stored = this.#writer.update(row, namespace, name, change, part, { dryRun });
    return { stored, isNew: false };
  }

  #configuration(
    given: unknown,
    row: ResourceRow,
    name: string,
    options: ApplyOptions,
  ): KubeObject {
    const { object, unknownFields } = decode(given, row);
    reportUnknownFields(unknownFields, row, options);
    const { metadata } = object;
    if (metadata.managedFields?.length) throw badRequest("metadata.managedFields must be nil");
    if (metadata.name !== "" && metadata.name !== name)
      throw badRequest(
        `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
      );
    return { ...object, metadata: { ...metadata, name } };
  }

  #exists(row: ResourceRow, namespace: string, name: string): boolean {
    try {
      return this.#reader.get(row, namespace, name) !== undefined;
    } catch (error) {
      if (error instanceof StatusError && error.httpCode === 404) return false;
      throw error;
    }
  }
}
