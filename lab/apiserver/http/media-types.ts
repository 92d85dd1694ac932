import { StatusError } from "../status.ts";

/** One entry of an Accept header (RFC 9110 section 12.5.1), e.g. "application/json;as=Table;v=v1;g=meta.k8s.io". */
export interface MediaType {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** In the order of the header, which clients of Kubernetes mean as their order of preference. */
export function parseAccept(header: string): readonly MediaType[] {
  return header
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((entry) => {
      const [type, ...parameters] = entry.split(";").map((part) => part.trim());
      const pairs = parameters.map((parameter) => parameter.split("=", 2) as [string, string]);
      return { type: type.toLowerCase(), parameters: Object.fromEntries(pairs) };
    });
}

/** Whether JSON satisfies the entry. */
export function isJson({ type }: MediaType): boolean {
  return type === "application/json" || type === "application/*" || type === "*/*";
}

export function notAcceptable(accepted: readonly string[]): StatusError {
  const message = `only the following media types are accepted: ${accepted.join(", ")}`;
  return new StatusError(406, "NotAcceptable", message);
}
