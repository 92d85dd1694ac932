import type { Rule } from "#linux/nft/contract.ts";
import { type RefusalReason, SAMPLE_GROUP, SAMPLE_PREFIX } from "../refusals/contract.ts";
import { rule } from "./expressions.ts";

/** Enough for the headers of both families with some options. */
const SNAP_BYTES = 96;
const PER_SECOND = 20;

/** Tells of refused connections, a few a second, so that an Event on the Service can name clients. */
export function sample(reason: RefusalReason): Rule[] {
  return [
    rule(
      { kind: "limit", perSecond: PER_SECOND, burst: PER_SECOND, over: false },
      {
        kind: "log",
        group: SAMPLE_GROUP,
        prefix: `${SAMPLE_PREFIX}${reason}`,
        snapLengthBytes: SNAP_BYTES,
      },
    ),
  ];
}
