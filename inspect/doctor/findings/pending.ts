import type { NodeSurvey, PendingDel } from "#cni/survey/contract.ts";
import type { Finding } from "../contract.ts";
import { type Known, nameOf } from "../known.ts";

export interface PendingOptions {
  readonly graceMs: number;
}

/** DELs that the runtime was told are done, and are not. */
export function pendingFindings(
  { pending, takenMs }: NodeSurvey,
  known: ReadonlyMap<string, Known>,
  { graceMs }: PendingOptions,
): readonly Finding[] {
  return pending.flatMap((del): readonly Finding[] => {
    const { file, writtenMs, state } = del;
    const common = { object: file, owner: undefined, pod: undefined };
    if (state.kind === "whole")
      return [wholeDel(del, state.owner && known.get(nameOf(state.owner)), state.owner)];
    if (state.kind === "unreadable")
      return [
        {
          ...common,
          name: "pending-unreadable",
          why: state.why,
          remedy: "look into it with strings(1) for the container, and remove the file",
          fix: undefined,
        },
      ];
    if (takenMs - writtenMs < graceMs) return [];
    return [
      {
        ...common,
        name: "pending-draft",
        why: "the plugin was ended before it had written the DEL down; the runtime sends it again",
        remedy: "remove the file",
        fix: { kind: "remove-file", file },
      },
    ];
  });
}

function wholeDel(
  { file, writtenMs }: PendingDel,
  its: Known | undefined,
  owner: Known["owner"] | undefined,
): Finding {
  const name = owner === undefined ? "a container" : nameOf(owner);
  const common = { object: file, owner: owner && nameOf(owner), pod: its?.cached?.pod };
  const isOvertaken =
    its?.life.kind === "live" && its.leases.some(({ modifiedMs }) => modifiedMs > writtenMs);
  return isOvertaken
    ? {
        ...common,
        name: "pending-overtaken",
        why: `it is a DEL of ${name}, which was added anew since: doing it would cut off a live container`,
        remedy: "remove the file",
        fix: { kind: "remove-file", file },
      }
    : {
        ...common,
        name: "pending-del",
        why: `the DEL of ${name} was written down while no agent ran, and is not done`,
        remedy: "start fairlead agent, which does it",
        fix: { kind: "replay-del", file },
      };
}
