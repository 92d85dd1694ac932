import type { Nftables, Operation } from "#linux/nft/contract.ts";
import type { Logger } from "#observe/contract.ts";
import type { PortPlan } from "../contract.ts";
import { ownSets } from "../layout/sets.ts";
import type { DriftReport, SyncObserver } from "./contract.ts";
import { ElementChanges } from "./element-changes.ts";
import { ProxySyncError, refusalText, TableInDoubtError } from "./errors.ts";
import {
  type KernelDigests,
  kindOfTable,
  readDigests,
  readTable,
  type TableReading,
} from "./kernel-table.ts";
import { readSets, repairs } from "./repair.ts";
import type { TableModel } from "./table-model.ts";
import type { RefusedPort, TableWriter } from "./writer.ts";

interface Surroundings {
  readonly nft: Nftables;
  readonly observer: SyncObserver;
  readonly logger: Logger;
}

export interface LoadSources {
  readonly plans: readonly PortPlan[];
  /** The table as it was read while the plans were waited for. */
  readonly early: TableReading | undefined;
}

/** What an attempt has written stays, so that each has less to do: a writer that ends this often would end for ever. */
const LOAD_ATTEMPTS = 20;

/** Ports in the transactions of a cold load. */
const COLD_PORTS = 1000;

/**
 * Makes the table hold these plans: anew where there is none, over what an earlier process left where the layout is
 * the same, and in one transaction in its place where it is another. A writer that ends meanwhile is replaced, and the
 * table read again.
 */
export async function loadTable(
  surroundings: Surroundings,
  model: TableModel,
  writer: TableWriter,
  sources: LoadSources,
): Promise<readonly RefusedPort[]> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await loadOnce(surroundings, model, writer, sources);
    } catch (error) {
      if (!(error instanceof TableInDoubtError) || attempt === LOAD_ATTEMPTS) throw error;
      surroundings.logger.warn({ err: error, attempt }, "reading the table again");
    }
}

async function loadOnce(
  surroundings: Surroundings,
  model: TableModel,
  writer: TableWriter,
  { plans, early }: LoadSources,
): Promise<readonly RefusedPort[]> {
  const { nft, logger } = surroundings;
  const { options } = model;
  const isCurrent = early !== undefined && early.generation === (await nft.generation());
  const reading = isCurrent ? early : await readTable(nft, model);
  if (reading.kind === "absent") return loadCold(model, writer, plans);
  if (reading.kind === "foreign") {
    logger.info({ family: options.family }, "the table has another layout: making it anew");
    await required(writer, model.prepareAnew(plans, true), "replace the table");
    return [];
  }
  const { places, chains, digests } = reading;
  const missing = model.adopt(plans, (plan) => places.placesOf(plan), chains);
  if (missing.length > 0) await makeChains(model, writer, missing);
  await mend(surroundings, model, writer, digests);
  return [];
}

async function makeChains(
  model: TableModel,
  writer: TableWriter,
  operations: readonly Operation[],
): Promise<void> {
  const result = await writer.repair(operations, 0, 0);
  if (result.ok) return;
  if (result.refusal === undefined) throw new TableInDoubtError(result.unknown, model.table);
  const why = refusalText(result.refusal);
  throw new ProxySyncError(`cannot make the chains that it lacks: ${why}`, model.table);
}

async function loadCold(
  model: TableModel,
  writer: TableWriter,
  plans: readonly PortPlan[],
): Promise<readonly RefusedPort[]> {
  await required(writer, model.prepareAnew([], false), "make the table");
  const refused: RefusedPort[] = [];
  for (let start = 0; start < plans.length; start += COLD_PORTS) {
    const batch = plans.slice(start, start + COLD_PORTS);
    const outcome = await writer.write(new Map(batch.map((plan) => [plan.id, plan])));
    if (outcome.unknown)
      throw new TableInDoubtError("the writer ended while the table was filled", model.table);
    refused.push(...outcome.refused);
  }
  return refused;
}

/** Compares what the kernel holds with the model, and mends what differs. */
export async function auditTable(
  surroundings: Surroundings,
  model: TableModel,
  writer: TableWriter,
): Promise<void> {
  const { nft, observer } = surroundings;
  const { options } = model;
  const { kind } = await kindOfTable(nft, model.table, options);
  if (kind !== "ours") {
    const plans = [...model.ports.values()].map(({ plan }) => plan);
    const anew = model.prepareAnew(plans, kind === "foreign");
    await required(writer, anew, "make the table anew");
    observer.onAudit(options.family, { sets: ["layout"], elements: anew.addedElements });
    return;
  }
  observer.onAudit(options.family, await mend(surroundings, model, writer));
}

async function mend(
  { nft, logger }: Surroundings,
  model: TableModel,
  writer: TableWriter,
  known?: KernelDigests,
): Promise<DriftReport | undefined> {
  const { options } = model;
  const found = await readDigests(nft, model.table, options, known);
  const sets = ownSets(options).filter(
    (set) => found.get(set)?.equals(model.digest.of(set)) !== true,
  );
  if (sets.length === 0) return undefined;
  const content = await readSets(nft, model, sets);
  let elements = 0;
  for (const step of repairs(model, content)) {
    const { written, refused } = await repairStep(model, writer, step);
    elements += written;
    for (const why of refused)
      logger.error({ family: options.family, sets, why }, "the kernel refuses a repair");
  }
  return { sets, elements };
}

/** What the kernel refuses is halved until the changes at fault stand alone: all others are made. */
async function repairStep(
  model: TableModel,
  writer: TableWriter,
  step: readonly ElementChanges[],
): Promise<{ readonly written: number; readonly refused: readonly string[] }> {
  const changes = ElementChanges.merged(step);
  const { addedCount, removedCount } = changes;
  const result = await writer.repair(changes.operations(), addedCount, removedCount);
  if (result.ok) return { written: addedCount + removedCount, refused: [] };
  if (result.refusal === undefined) throw new TableInDoubtError(result.unknown, model.table);
  if (step.length === 1) return { written: 0, refused: [refusalText(result.refusal)] };
  const middle = step.length >> 1;
  const first = await repairStep(model, writer, step.slice(0, middle));
  const second = await repairStep(model, writer, step.slice(middle));
  return {
    written: first.written + second.written,
    refused: [...first.refused, ...second.refused],
  };
}

async function required(
  writer: TableWriter,
  prepared: ReturnType<TableModel["prepareAnew"]>,
  what: string,
): Promise<void> {
  const result = await writer.commit(prepared);
  if (result.ok) return;
  const { table } = prepared.transaction;
  if (result.refusal === undefined)
    throw new TableInDoubtError(`cannot ${what}: ${result.unknown}`, table);
  throw new ProxySyncError(`cannot ${what}: ${refusalText(result.refusal)}`, table);
}
