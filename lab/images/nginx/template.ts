import type { Template, Variables } from "./contract.ts";

const variable = /\$(?:\{(\w+)\}|(\w+))/g;

export function templateOf(text: string): Template {
  const isConstant = variablesIn(text).length === 0;
  return {
    text,
    isConstant,
    fill: (variables: Variables) =>
      isConstant
        ? text
        : text.replace(
            variable,
            (_, braced?: string, plain?: string) => variables(braced ?? plain ?? "") ?? "",
          ),
  };
}

/** Names of the variables that a text has. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(variable)].map(([, braced, plain]) => braced ?? plain ?? "");
}
