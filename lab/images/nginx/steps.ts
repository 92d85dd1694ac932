import { statSync } from "node:fs";
import { isExecutable } from "#linux/command.ts";
import type { Condition, Step, Variables } from "./contract.ts";
import { type Exchange, type Reply, statusReply } from "./exchange.ts";
import { textReply } from "./text-reply.ts";
import { variablesOf } from "./variables.ts";

/** How the rewrite module leaves a request: answered, to be looked up anew by its new path, or to go on as it is. */
export type Outcome =
  | { readonly kind: "reply"; readonly reply: Reply }
  | { readonly kind: "again" }
  | { readonly kind: "on" };

const on: Outcome = { kind: "on" };

/** Carries out the steps of a server or location (nginx.org/en/docs/http/ngx_http_rewrite_module.html). */
export function runSteps(steps: readonly Step[], exchange: Exchange): Outcome {
  const before = exchange.uri;
  for (const step of steps) {
    const outcome = runStep(step, exchange);
    if (outcome === "next") continue;
    return outcome;
  }
  return exchange.uri === before ? on : { kind: "again" };
}

function runStep(step: Step, exchange: Exchange): Outcome | "next" {
  const variables = variablesOf(exchange);
  switch (step.kind) {
    case "set":
      exchange.assigned.set(step.name, step.value.fill(variables));
      return "next";
    case "break":
      return on;
    case "return":
      return { kind: "reply", reply: replyOf(step, exchange) };
    case "rewrite":
      return rewrite(step, exchange);
    case "if": {
      if (!holds(step.condition, exchange, variables)) return "next";
      // What stands in the branch goes for the request from here on, and so does what it inherits.
      if (exchange.location !== undefined) exchange.location = step.branch;
      const outcome = runSteps(step.branch.steps, exchange);
      return outcome.kind === "on" ? "next" : outcome;
    }
  }
}

function rewrite(step: Step & { kind: "rewrite" }, exchange: Exchange): Outcome | "next" {
  const groups = step.pattern.exec(exchange.uri);
  if (groups === null) return "next";
  exchange.groups = groups;
  const target = step.replacement.fill(variablesOf(exchange));
  const [path = "", ...query] = target.split("?");
  const added = query.join("?");
  // A "?" at the end drops the arguments that came.
  const args = target.endsWith("?")
    ? added.replace(/\?$/, "")
    : [added, exchange.args].filter((part) => part !== "").join("&");
  const isElsewhere = /^(?:https?:\/\/|\$scheme)/.test(step.replacement.text);
  if (isElsewhere || step.flag === "redirect" || step.flag === "permanent") {
    const status = step.flag === "permanent" ? 301 : 302;
    const location = args === "" ? path : `${path}?${args}`;
    return { kind: "reply", reply: statusReply(status, { Location: location }) };
  }
  exchange.uri = path;
  exchange.args = args;
  exchange.isChanged = true;
  if (step.flag === "last") return { kind: "again" };
  return step.flag === "break" ? on : "next";
}

function replyOf(step: Step & { kind: "return" }, exchange: Exchange): Reply {
  const { status } = step;
  const text = step.text?.fill(variablesOf(exchange));
  if ([301, 302, 303, 307, 308].includes(status))
    return statusReply(status, text === undefined ? {} : { Location: text });
  if (text === undefined && status >= 400) return statusReply(status);
  return textReply(exchange, status, text ?? "");
}

function holds(condition: Condition, exchange: Exchange, variables: Variables): boolean {
  switch (condition.kind) {
    case "set": {
      const value = condition.value.fill(variables);
      return value !== "" && value !== "0";
    }
    case "equal":
      return (
        (condition.value.fill(variables) === condition.other.fill(variables)) !== condition.negated
      );
    case "match": {
      const groups = condition.pattern.exec(condition.value.fill(variables));
      if (groups !== null) exchange.groups = groups;
      return (groups !== null) !== condition.negated;
    }
    case "file":
      return isFile(condition.path.fill(variables), condition.test) !== condition.negated;
  }
}

function isFile(path: string, test: "f" | "d" | "e" | "x"): boolean {
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined) return false;
  if (test === "f") return facts.isFile();
  if (test === "d") return facts.isDirectory();
  if (test === "e") return true;
  return isExecutable(path);
}
