import { randomInt } from "node:crypto";
import type { Plugin } from "../../contract.ts";
import { forwardHandler } from "./handler.ts";
import { forwardMetrics } from "./metrics.ts";
import { readForwardOptions } from "./options.ts";
import { ForwardRule } from "./rule.ts";

export const plugin: Plugin = {
  name: "forward",
  repeated: "accumulates",
  setup(directives, { metrics, shared }) {
    const parts = {
      metrics: forwardMetrics(metrics, shared),
      randomBelow: (bound: number) => randomInt(bound),
      nowMs: () => performance.now(),
    };
    const rules = directives.map(
      (directive) => new ForwardRule(readForwardOptions(directive), parts),
    );
    return {
      name: "forward",
      handler: forwardHandler(rules),
      // Compiled answers belong to the plugins before this one.
      fastPath: { kind: "transparent" },
      async start() {
        for (const rule of rules) rule.start();
      },
      async stop() {
        for (const rule of rules) rule.stop();
      },
    };
  },
};
