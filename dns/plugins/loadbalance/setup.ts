import type { Plugin } from "../../contract.ts";
import { notSupportedYet, takeArguments, unknownWord } from "../../corefile/arguments.ts";
import type { Directive, Token } from "../../corefile/contract.ts";
import { loadbalanceHandler } from "./handler.ts";

const POLICY = "round_robin";

export const plugin: Plugin = {
  name: "loadbalance",
  repeated: "last-wins",
  setup(directives) {
    for (const directive of directives) check(directive);
    const randomBelow = (bound: number) => Math.floor(Math.random() * bound);
    // The workers rotate compiled answers themselves, so that these need not come through the chain.
    return {
      name: "loadbalance",
      handler: loadbalanceHandler(randomBelow),
      fastPath: { kind: "transparent" },
    };
  },
};

function check(directive: Directive): void {
  const [policy] = directive.args;
  if (policy !== undefined) readPolicy(policy);
  takeArguments(directive, `loadbalance [${POLICY}]`, { max: 1 });
  for (const {
    words: [option],
  } of directive.block) {
    if (option?.text === "prefer") throw notSupportedYet(option, "loadbalance", POLICY);
    if (option !== undefined) throw unknownWord(option, "loadbalance", []);
  }
}

function readPolicy(policy: Token): void {
  if (policy.text === "weighted") throw notSupportedYet(policy, "loadbalance", POLICY);
  if (policy.text !== POLICY) throw unknownWord(policy, "loadbalance", [POLICY]);
}
