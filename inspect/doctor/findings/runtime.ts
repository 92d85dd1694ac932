import type { NodeSurvey } from "#cni/survey/contract.ts";
import type { Finding } from "../contract.ts";
import type { Known } from "../known.ts";
import { about } from "./finding.ts";

/** Where the runtime and this node disagree on which containers there are. */
export function runtimeFindings(
  survey: NodeSurvey,
  known: ReadonlyMap<string, Known>,
): readonly Finding[] {
  if (survey.runtimeCache === undefined) return [];
  const pending = new Set(
    survey.pending.flatMap(({ state }) =>
      state.kind === "whole" && state.owner ? [Object.values(state.owner).join("/")] : [],
    ),
  );
  const networks = new Set(survey.networks.map(({ network }) => network));
  // One without any entry of a network is not the cache of the runtime that makes its pods.
  const kept = new Set(survey.runtimeCache.map(({ network }) => network));
  return [...known.values()].flatMap((one) =>
    one.cached === undefined
      ? kept.has(one.owner.network)
        ? uncached(one, pending)
        : []
      : networks.has(one.owner.network) || one.cached.types.includes("fairlead")
        ? cached(one, one.cached)
        : [],
  );
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
  const { life, name, owner, chains, leases } = known;
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
    ...(chains.length > 0 ? ["rules"] : []),
  ].join(" and ");
  return [
    about(known, {
      name: "cache-without-pod",
      object: file,
      why: `the runtime keeps ${name}, but ${life.why}${rest === "" ? "" : `; ${rest} of it are left`}`,
      remedy: "remove the file, as a DEL would",
      fix: { kind: "remove-file", file },
    }),
  ];
}
