import type { Plugin } from "../../contract.ts";
import { TemplateHandler } from "./handler.ts";
import { templateMetrics } from "./metrics.ts";
import { readTemplateRule } from "./options.ts";

export const plugin: Plugin = {
  name: "template",
  repeated: "accumulates",
  setup(directives, context) {
    const rules = directives.map((directive) => readTemplateRule(directive, context.zones));
    return {
      name: "template",
      handler: new TemplateHandler({
        rules,
        metrics: templateMetrics(context),
        lookup: context.shared.lookup,
      }),
      fastPath: { kind: "needs-query", zones: rules.flatMap(({ zones }) => zones) },
    };
  },
};
