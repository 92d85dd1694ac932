import type { Attachment } from "#cni/contract.ts";
import type { NodeSurvey } from "#cni/survey/contract.ts";
import { hostLinkName } from "#cni/types/names.ts";
import { type Known, nameOf, type Sandbox } from "./known.ts";
import { lifeOf } from "./life.ts";
import { Surroundings } from "./surroundings.ts";

type Found = { -readonly [Key in keyof Omit<Known, "life" | "name">]: Known[Key] };

/** Everything that has an owner, by owner. */
export function attachments(survey: NodeSurvey): ReadonlyMap<string, Known> {
  const found = new Map<string, Found>();
  const at = (owner: Attachment): Found => {
    const { network, containerId, ifname } = owner;
    const name = nameOf(owner);
    const known = found.get(name) ?? {
      owner: { network, containerId, ifname },
      folder: undefined,
      leases: [],
      record: undefined,
      cached: undefined,
      sandbox: undefined,
      hostLink: undefined,
      notes: [],
    };
    found.set(name, known);
    return known;
  };
  for (const folder of survey.networks) {
    const { network } = folder;
    for (const lease of folder.leases) {
      if (lease.owner === undefined) continue;
      const known = at({ network, ...lease.owner });
      known.folder = folder;
      known.leases = [...known.leases, lease];
    }
    for (const record of folder.records)
      Object.assign(at({ network, ...record }), { folder, record });
  }
  for (const cached of survey.runtimeCache ?? []) at(cached).cached = cached;
  for (const note of survey.rules.owners) {
    const known = at(note.owner);
    known.notes = [...known.notes, note];
  }
  const links = new Map(survey.links.map((link) => [link.name, link]));
  for (const { owner } of survey.links) if (owner !== undefined) at(owner);
  const sandboxes = sandboxesOf(survey);
  for (const known of found.values()) {
    known.hostLink = links.get(hostLinkName(known.owner));
    known.sandbox = sandboxOf(known) ?? sandboxes.get(known.owner.containerId);
  }
  const around = new Surroundings(survey);
  return new Map(
    [...found].map(([name, known]) => [name, { ...known, name, life: lifeOf(known, around) }]),
  );
}

function sandboxOf({ record, cached }: Pick<Found, "record" | "cached">): Sandbox | undefined {
  if (record?.netns) return { path: record.netns, identity: record.netnsIdentity };
  return cached?.netns ? { path: cached.netns, identity: undefined } : undefined;
}

/** By container: libcni keeps no namespace before its version 1.2. */
function sandboxesOf({ networks, bootId }: NodeSurvey): ReadonlyMap<string, Sandbox> {
  const records = networks.flatMap((folder) => folder.records);
  return new Map(
    records.flatMap((record) => {
      const sandbox =
        record.bootId === bootId ? sandboxOf({ record, cached: undefined }) : undefined;
      return sandbox === undefined ? [] : [[record.containerId, sandbox]];
    }),
  );
}
