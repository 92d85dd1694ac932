import type { Row, Scene } from "./contract.ts";
import type { Stage } from "./stage.ts";
import { apply } from "./steps.ts";

/**
 * Plays a row from its objects to its last step, then undoes it.
 * @throws Error that names the row, the step, what was expected and what was seen
 */
export async function playRow(row: Row, stage: Stage): Promise<void> {
  const undos: (() => Promise<unknown>)[] = [];
  const scene: Scene = {
    ...stage,
    kept: new Map(),
    defer: (undo) => void undos.push(undo),
  };
  try {
    for (const step of [apply(...row.objects), ...row.steps]) {
      await step.run(scene).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`row ${row.number}, ${step.title}: ${why}`, { cause: error });
      });
    }
  } finally {
    for (const undo of undos.reverse()) await undo();
  }
}
