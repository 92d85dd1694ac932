import type { Plugin, PluginInstance } from "../../contract.ts";
import { HostsEntries } from "./entries.ts";
import { HostsHandler } from "./handler.ts";
import { hostsMetrics } from "./metrics.ts";
import { readHostsOptions } from "./options.ts";

const NAME = "hosts";

export const plugin: Plugin = {
  name: NAME,
  setup([directive], context) {
    if (directive === undefined) throw new RangeError("setup needs a directive");
    const options = readHostsOptions(directive, context.zones);
    const logger = context.logger.child({ plugin: NAME });
    const entries = new HostsEntries(options, hostsMetrics(context), logger);
    return {
      name: NAME,
      handler: new HostsHandler(options, () => entries.tables),
      get fastPath() {
        return entries.fastPath;
      },
      start: () => entries.start(compiledZones(context.blockInstances())),
      async stop() {
        entries.stop();
      },
    };
  },
};

function compiledZones(instances: readonly PluginInstance[]): readonly string[] {
  return instances.flatMap(({ fastPath }) =>
    fastPath.kind === "answers" ? fastPath.source.zones.map(({ name }) => name) : [],
  );
}
