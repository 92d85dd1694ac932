import type { CachedAttachment, NodeSurvey } from "#cni/survey/contract.ts";
import type { Finding } from "../contract.ts";
import type { Known } from "../known.ts";
import { about } from "./finding.ts";

/** Where the runtime and this node disagree on which containers there are. */
export function runtimeFindings(
  survey: NodeSurvey,
  known: ReadonlyMap<string, Known>,
): readonly Finding[] {
  const { runtimeCache } = survey;
  if (runtimeCache === undefined) return [];
  const pending = new Set(
    survey.pending.flatMap(({ state }) =>
      state.kind === "whole" && state.owner ? [Object.values(state.owner).join("/")] : [],
    ),
  );
  // One without any entry of a network is not the cache of the runtime that makes its pods.
  const kept = new Set(runtimeCache.map(({ network }) => network));
  const ours = ourContainers(runtimeCache, survey);
  return [...known.values()].flatMap((one) => {
    if (one.cached !== undefined)
      return ours.has(one.owner.containerId) ? cached(one, one.cached) : [];
    return kept.has(one.owner.network) ? uncached(one, pending) : [];
  });
}

/** Containers with an interface of ours; the runtime may keep others of theirs, such as lo. */
function ourContainers(
  runtimeCache: readonly CachedAttachment[],
  { networks }: NodeSurvey,
): ReadonlySet<string> {
  const leased = new Set(networks.map(({ network }) => network));
  const entries = runtimeCache.filter(
    ({ network, types }) => leased.has(network) || types.includes("fairlead"),
  );
  return new Set(entries.map(({ containerId }) => containerId));
}

/** A runtime forgets an attachment when DEL has succeeded, which for the shim it may have before it is done. */
function uncached(known: Known, pending: ReadonlySet<string>): readonly Finding[] {
  const { life, hostLink, name } = known;
  if (life.kind !== "live" || hostLink === undefined || pending.has(name)) return [];
  return [
    about(known, {
      name: "pod-without-cache",
      object: name,
      why: `link ${hostLink.name} and the container's namespace are there, but the runtime keeps nothing of it`,
      remedy: "if the runtime does not list the container, remove its namespace; else make it anew",
    }),
  ];
}

function cached(known: Known, { file }: NonNullable<Known["cached"]>): readonly Finding[] {
  const { life, name, owner, notes, leases } = known;
  if (life.kind === "unconnected")
    return [
      about(known, {
        name: "pod-without-link",
        object: name,
        why: `the runtime keeps it in ${file} and its namespace is there, but ${owner.ifname} is not`,
        remedy: "make the pod anew",
      }),
    ];
  if (life.kind !== "gone") return [];
  const rest = [
    ...(leases.length > 0 ? ["a lease"] : []),
    ...(notes.length > 0 ? ["rules"] : []),
  ].join(" and ");
  return [
    about(known, {
      name: "cache-without-pod",
      object: file,
      why: `the runtime keeps ${name}, but ${life.why}${rest === "" ? "" : `; left of it: ${rest}`}`,
      remedy: "remove the file, as a DEL would",
      fix: { kind: "remove-file", file },
    }),
  ];
}
