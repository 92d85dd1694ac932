import type { ServerReply } from "./contract.ts";

/** Undefined for what none of the test's servers has said. */
export function readReply(text: string): ServerReply | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { pod, node, client } = value as Readonly<Record<string, unknown>>;
  if (typeof pod !== "string" || typeof node !== "string" || typeof client !== "string")
    return undefined;
  return { pod, node, client };
}
