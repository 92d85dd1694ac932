import type { ErrorCode } from "#observe/error-catalogue.ts";
import { FairleadError } from "#observe/errors.ts";

/** The numbers that a runtime may act on (CNI specification, "Error"); from 100 on they are this plugin's own. */
const catalogueCodes = {
  1: "FL-N001",
  2: "FL-N002",
  3: "FL-N003",
  4: "FL-N004",
  5: "FL-N005",
  6: "FL-N006",
  7: "FL-N007",
  8: "FL-N008",
  11: "FL-N011",
  50: "FL-N050",
  51: "FL-N051",
  100: "FL-N100",
  101: "FL-N101",
  102: "FL-N102",
  103: "FL-N103",
  105: "FL-N105",
} as const satisfies Record<number, ErrorCode>;

export type CniErrorCode = keyof typeof catalogueCodes;

/** An error as CNI knows it: a number for the runtime, a sentence that names key and value, and maybe details. */
export class CniError extends FairleadError {
  readonly cniCode: CniErrorCode;
  readonly details: string;

  constructor(cniCode: CniErrorCode, message: string, details = "", options?: ErrorOptions) {
    super(catalogueCodes[cniCode], message, options);
    this.cniCode = cniCode;
    this.details = details;
  }
}

/** What a delegate or a plugin of another make said; its number is handed on as it came. */
export class ForeignCniError extends FairleadError {
  readonly foreignCode: number;
  readonly details: string;

  constructor(plugin: string, foreignCode: number, message: string, details: string) {
    super("FL-N104", `plugin ${plugin}: ${message}`);
    this.foreignCode = foreignCode;
    this.details = details;
  }
}
