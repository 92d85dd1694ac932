import { Counter } from "prom-client";
import type { SetupContext } from "../contract.ts";
import type { OnPanic } from "./chain.ts";

/** What a server does about handlers that throw: count in coredns_panics_total and log, once per process. */
export function panicReporter({
  shared,
  metrics,
  logger,
}: Pick<SetupContext, "shared" | "metrics" | "logger">): OnPanic {
  const panics = shared.once(
    "panics",
    () =>
      new Counter({
        name: "coredns_panics_total",
        help: "Handlers that threw; each is a defect of the plugin in the log.",
        registers: [metrics],
      }),
  );
  return (plugin, error) => {
    panics.inc();
    logger.error({ plugin, error }, "the handler threw, the query is answered SERVFAIL");
  };
}
