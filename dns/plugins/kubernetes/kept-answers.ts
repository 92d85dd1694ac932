import type { ClusterState } from "#cluster/contract.ts";
import { AnswerTable } from "../../answers/table.ts";
import type { Kept, SetupContext } from "../../contract.ts";
import type { KubernetesOptions } from "./contract.ts";
import { observeProgramming, registerTableMetrics } from "./metrics.ts";
import { Publisher } from "./publisher.ts";

/** The answer table of a directive and what keeps it equal to the cluster, until nobody asks for it any more. */
class KeptAnswers implements Kept {
  readonly table = new AnswerTable();
  readonly publisher: Publisher;
  readonly #stops: readonly (() => void)[];

  constructor(state: ClusterState, options: KubernetesOptions, context: SetupContext) {
    const { table } = this;
    this.publisher = new Publisher(state, table, options, () => Math.floor(Date.now() / 1000));
    this.#stops = [
      registerTableMetrics(context.metrics, context.shared, table),
      observeProgramming(context, state),
      this.publisher.start(),
    ];
  }

  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
  }
}

/** Compiled answers outlive a reload that leaves what they are made of alone: nothing is compiled twice. */
export function keptAnswers(
  state: ClusterState,
  options: KubernetesOptions,
  context: SetupContext,
): KeptAnswers {
  const { startupTimeoutMs: _timeout, readyStaleMs: _stale, ...compiled } = options;
  return context.shared.keep(
    `kubernetes answers ${JSON.stringify(compiled)}`,
    () => new KeptAnswers(state, options, context),
  );
}
