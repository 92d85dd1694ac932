import { badRequest } from "../status.ts";

/** Where the next page of a list begins: behind a key, at the revision of the first page. */
export interface Continuation {
  readonly revision: number;
  readonly afterKey: string;
}

export function encodeContinue({ revision, afterKey }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: "fairlead/1", rv: revision, start: afterKey })).toString(
    "base64url",
  );
}

/** @throws StatusError 400 for a token that this server did not make. */
export function decodeContinue(token: string): Continuation {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (typeof read === "object" && read !== null && "rv" in read && "start" in read) {
      const { rv, start } = read;
      if (typeof rv === "number" && Number.isSafeInteger(rv) && typeof start === "string") {
        return { revision: rv, afterKey: start };
      }
    }
  } catch {
    // Falls through to the refusal: what cannot be parsed is no token of ours.
  }
  throw badRequest("continue key is not valid");
}
