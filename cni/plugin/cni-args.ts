import { CniError } from "../errors.ts";

/** Keys of CNI_ARGS that some type of this plugin understands; runtimes for Kubernetes add K8S_ ones. */
const known = new Set(["IP", "MAC", "GATEWAY", "IgnoreUnknown"]);
const yes = new Set(["1", "t", "T", "true", "TRUE", "True"]);

/**
 * CNI_ARGS, `K=V;K=V` (specification, "Parameters"). A key that nobody understands is refused unless
 * IgnoreUnknown is set.
 * @throws CniError 4 naming the pair
 */
export function parseCniArgs(text: string): Map<string, string> {
  const pairs = text.split(";").filter((pair) => pair !== "");
  const args = new Map(pairs.map(parsePair));
  if (yes.has(args.get("IgnoreUnknown") ?? "")) return args;
  const unknown = [...args.keys()].filter((key) => !known.has(key));
  if (unknown.length === 0) return args;
  throw new CniError(
    4,
    `CNI_ARGS: unknown args ${JSON.stringify(unknown)}; known are ${[...known].join(", ")}, and IgnoreUnknown=1 lets others pass`,
  );
}

function parsePair(pair: string): [string, string] {
  const at = pair.indexOf("=");
  if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
  throw new CniError(4, `CNI_ARGS: invalid pair ${JSON.stringify(pair)}; it is written KEY=VALUE`);
}
