import { decode } from "../kinds/decode.ts";
import type { UserInfo } from "../security/contract.ts";
import { methodNotAllowed } from "../status.ts";
import { readObject } from "./body.ts";
import type { Exchange } from "./exchange.ts";
import type { Target } from "./route.ts";
import { sendJson } from "./send.ts";

/** What a review says of the asker. Everyone whom the server knows may do everything. */
const answers: Readonly<Record<string, (user: UserInfo) => object>> = {
  SelfSubjectAccessReview: () => ({ allowed: true }),
  SelfSubjectReview: (userInfo) => ({ userInfo }),
};

/** Answers reviews: objects that are questions, and are not stored. @throws StatusError */
export async function answerReview(
  exchange: Exchange,
  { row, name }: Target,
  user: UserInfo,
): Promise<void> {
  const answer = answers[row.kind];
  if (answer === undefined || exchange.method !== "POST" || name !== undefined)
    throw methodNotAllowed(row, exchange.method);
  const { object } = decode(await readObject(exchange, row), row);
  sendJson(exchange, 201, JSON.stringify({ ...object, status: answer(user) }));
}
