import { Gauge } from "prom-client";
import { registerBuildInfo } from "#observe/metrics.ts";
import { build } from "#observe/version.ts";
import type { Plugin, SetupContext } from "../../contract.ts";
import {
  type HostPort,
  notSupportedYet,
  readHostPort,
  readOptions,
  takeArguments,
} from "../../corefile/arguments.ts";
import type { Directive } from "../../corefile/contract.ts";
import { httpListenerAt } from "../listeners.ts";
import type { QueryCounts } from "./contract.ts";
import { countingHandler } from "./handler.ts";
import { createQueryCounts } from "./layout.ts";
import { queryCountsCollector } from "./metrics.ts";
import { placesOf } from "./places.ts";

export const plugin: Plugin = {
  name: "prometheus",
  setup(directives, context) {
    const listener = httpListenerAt(readPrometheus(directives), context.shared);
    let made: QueryCounts | undefined;
    let giveBack = () => {};
    const counts = () => {
      made ??= createQueryCounts(placesOf(context.served), ["", ...handlerNames(context)]);
      return made;
    };
    return {
      name: "prometheus",
      // The workers count what they answer themselves.
      fastPath: { kind: "transparent" },
      handler: countingHandler({ counts, nowMs: () => performance.now() }),
      async start() {
        const { metrics, shared } = context;
        shared.once("build info", () => registerBuildInfo(metrics, "coredns_build_info", build));
        queryCountsCollector(context).add(counts());
        enabledPlugins(context).add(context);
        giveBack = listener.route("/metrics", async () => ({
          status: 200,
          body: await metrics.metrics(),
          contentType: metrics.contentType,
        }));
        await listener.listen();
      },
      async stop() {
        giveBack();
        enabledPlugins(context).delete(context);
        queryCountsCollector(context).retire(counts());
      },
    };
  },
};

function handlerNames({ blockInstances }: SetupContext): string[] {
  return blockInstances().flatMap(({ name, handler }) => (handler === undefined ? [] : [name]));
}

/** The blocks that coredns_plugin_enabled tells of: those of the configuration in force. */
function enabledPlugins({ shared, metrics }: SetupContext): Set<SetupContext> {
  return shared.once("plugin enabled", () => {
    const contexts = new Set<SetupContext>();
    new Gauge({
      name: "coredns_plugin_enabled",
      help: "1 for each plugin that sees the queries of a listener and zone.",
      labelNames: ["server", "zone", "view", "name"],
      registers: [metrics],
      collect() {
        this.reset();
        for (const context of contexts) {
          for (const { server, zone } of context.served) {
            for (const name of handlerNames(context)) this.set({ server, zone, view: "", name }, 1);
          }
        }
      },
    });
    return contexts;
  });
}

function readPrometheus(directives: readonly Directive[]): HostPort {
  let address: HostPort = { host: "localhost", port: 9153 };
  for (const directive of directives) {
    const [token] = takeArguments(directive, "prometheus [ADDRESS]", { max: 1 });
    if (token !== undefined) address = readHostPort(token, "prometheus");
    readOptions(directive, {
      // The runtime's own metrics are always exported.
      runtime_metrics: (option) => takeArguments(option, "runtime_metrics", { max: 0 }),
      tls: ({ position, name }) => {
        throw notSupportedYet({ ...position, text: name }, "prometheus", "runtime_metrics");
      },
    });
  }
  return address;
}
