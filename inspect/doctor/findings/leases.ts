import { join } from "node:path";
import type { LeasedNetwork, NodeSurvey, SurveyedLease } from "#cni/survey/contract.ts";
import type { FindingName } from "../catalogue.ts";
import type { Finding } from "../contract.ts";
import { type Known, nameOf } from "../known.ts";
import { about, listed, signOfLife } from "./finding.ts";

/** An ADD leases before it makes the link, and a runtime gives one up after a minute at the earliest. */
export interface LeaseOptions {
  readonly graceMs: number;
}

/** Leases whose container is gone, and containers whose lease is. */
export function leaseFindings(
  survey: NodeSurvey,
  known: ReadonlyMap<string, Known>,
  options: LeaseOptions,
): readonly Finding[] {
  const all = [...known.values()];
  return [
    ...survey.networks.flatMap(emptyLeases),
    ...all.flatMap((one) => orphanedLeases(one, survey, options)),
    ...all.flatMap(orphanedRecord),
    ...all.flatMap((one) => missingLease(one, survey, known)),
  ];
}

function emptyLeases({ dataDir, network, leases }: LeasedNetwork): readonly Finding[] {
  return leases
    .filter(({ owner }) => owner === undefined)
    .map(({ file, address }) => ({
      name: "lease-empty",
      object: file,
      owner: undefined,
      pod: undefined,
      why: `${address} is taken by a file that names nobody: whoever made it was ended before it wrote`,
      remedy: "remove the file",
      fix: { kind: "free-empty-lease", dataDir, network, address },
    }));
}

function orphanedLeases(
  known: Known,
  survey: NodeSurvey,
  { graceMs }: LeaseOptions,
): readonly Finding[] {
  const { life, leases, folder, owner } = known;
  if (folder === undefined || leases.length === 0) return [];
  const { dataDir, network } = folder;
  const certain = {
    kind: "release-lease",
    dataDir,
    network,
    owner,
    unless: signOfLife(known),
  } as const;
  const each = (name: FindingName, why: string, remedy: string, isCertain: boolean) =>
    leases.map(({ file, address }) =>
      about(known, {
        name,
        object: file,
        why: `${address} is leased to ${known.name}, ${why}`,
        remedy,
        fix: isCertain ? certain : undefined,
      }),
    );
  switch (life.kind) {
    case "live":
      return [];
    case "gone": {
      const name = life.isOfAnotherBoot ? "lease-of-another-boot" : "lease-without-namespace";
      return each(name, `but ${life.why}`, "free the address", true);
    }
    case "unconnected": {
      // The runtime knows it still: findings/runtime.ts has it.
      if (known.cached !== undefined || isYoung(leases, survey, graceMs)) return [];
      const [path = life.namespace.identity] = life.namespace.paths;
      const why = `whose namespace ${path} has neither ${owner.ifname} nor the address`;
      return each("lease-without-link", why, "free the address", true);
    }
    case "unknown": {
      if (known.cached !== undefined || isYoung(leases, survey, graceMs)) return [];
      const why = `of whom there is nothing else: ${life.why}`;
      return each("lease-of-nobody", why, "if it is gone for certain, remove the file", false);
    }
  }
}

function isYoung(
  leases: readonly SurveyedLease[],
  { takenMs }: NodeSurvey,
  graceMs: number,
): boolean {
  return leases.some(({ modifiedMs }) => takenMs - modifiedMs < graceMs);
}

/** The index has an owner whose lease files are gone, and so is the container. */
function orphanedRecord(known: Known): readonly Finding[] {
  const { record, folder, leases, life, owner } = known;
  if (record === undefined || folder === undefined || leases.length > 0) return [];
  if (life.kind === "live") return [];
  const { dataDir, network } = folder;
  const addresses = listed(record.addresses);
  return [
    about(known, {
      name: "index-without-lease",
      object: join(dataDir, ".fairlead", network, "owners", `${owner.containerId}:${owner.ifname}`),
      why: `it says that ${known.name} has ${addresses}, of which there is no lease file`,
      remedy: "remove the entry",
      fix: { kind: "release-lease", dataDir, network, owner, unless: signOfLife(known) },
    }),
  ];
}

/** An address that a container uses and that the next ADD could give to another. */
function missingLease(
  known: Known,
  { networks }: NodeSurvey,
  all: ReadonlyMap<string, Known>,
): readonly Finding[] {
  const { life, leases, record, owner } = known;
  if (life.kind !== "live" || life.inner === undefined || life.namespace === undefined) return [];
  const folder = known.folder ?? onlyFolder(networks, owner.network);
  if (folder === undefined) return [];
  const held = new Set(leases.map(({ address }) => address));
  // Without lease and record all are IPAM's; with them, what a container gave itself is not.
  const wanted = record?.addresses ?? (leases.length === 0 ? life.inner.addresses : []);
  const missing = life.inner.addresses.filter((each) => wanted.includes(each) && !held.has(each));
  const { dataDir, network } = folder;
  const netns = record?.netns ?? life.namespace.paths[0];
  const free = missing.filter((address) => holderOf(folder, address) === undefined);
  const restored =
    free.length === 0
      ? []
      : [
          about(known, {
            name: "lease-missing",
            object: free.map((address) => join(dataDir, network, address)).join(", "),
            why: `${known.name} uses ${listed(free)} without a lease: the next ADD may give it to another`,
            remedy: "write the lease anew",
            fix:
              netns === undefined
                ? undefined
                : {
                    kind: "restore-lease",
                    dataDir,
                    network,
                    owner,
                    addresses: free,
                    namespace: { netns, netnsIdentity: life.namespace.identity },
                  },
          }),
        ];
  const twice = missing.flatMap((address) => {
    const holder = holderOf(folder, address);
    return holder === undefined || all.get(holder)?.life.kind !== "live"
      ? []
      : [
          about(known, {
            name: "address-twice",
            object: address,
            why: `${known.name} uses ${address}, which is leased to ${holder}, and both live`,
            remedy: `make ${known.name} anew`,
          }),
        ];
  });
  return [...restored, ...twice];
}

function onlyFolder(networks: readonly LeasedNetwork[], name: string): LeasedNetwork | undefined {
  const [first, ...others] = networks.filter(({ network }) => network === name);
  return others.length === 0 ? first : undefined;
}

function holderOf({ leases, network }: LeasedNetwork, address: string): string | undefined {
  const owner = leases.find((lease) => lease.address === address)?.owner;
  return owner && nameOf({ network, ...owner });
}
