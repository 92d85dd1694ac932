import type { Rule } from "#linux/nft/contract.ts";
import { rule } from "./expressions.ts";

/** nflog group that samples of refused connections go to. */
const SAMPLE_GROUP = 4653;

/** Begins the prefix of a sample; what the rule did follows. */
const SAMPLE_PREFIX = "fairlead ";

/** Enough for the headers of both families with some options. */
const SNAP_BYTES = 96;
const PER_SECOND = 20;

/** Tells of refused connections, a few a second, so that an Event on the Service can name clients. */
export function sample(outcome: "refuse" | "drop"): Rule[] {
  return [
    rule(
      { kind: "limit", perSecond: PER_SECOND, burst: PER_SECOND, over: false },
      {
        kind: "log",
        group: SAMPLE_GROUP,
        prefix: `${SAMPLE_PREFIX}${outcome}`,
        snapLengthBytes: SNAP_BYTES,
      },
    ),
  ];
}
