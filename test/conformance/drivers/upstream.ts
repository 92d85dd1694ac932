import { encodeMessage } from "#dns/wire/encode.ts";
import { type ReplyParts, replyTo } from "#dns/wire/reply.ts";
import type { Script } from "#test/upstream/script.ts";
import { records } from "#test/zone-text/zone-text.ts";

/** What the upstream of the `forwarding` block says to a name, but for its owner; to any other, NXDOMAIN. */
const replies: Readonly<Record<string, ReplyParts>> = {
  "ext.interwebs.test.": { answers: records("ext.interwebs.test. 5 IN A 1.2.3.4") },
  "cut.interwebs.test.": {
    truncated: true,
    answers: records("cut.interwebs.test. 5 IN A 1.2.3.4"),
  },
  "101.0.0.10.in-addr.arpa.": {
    answers: records("101.0.0.10.in-addr.arpa. 5 IN PTR outside.interwebs.test."),
  },
};

/** A resolver of the outside world, in three names. */
export const outsideWorld: Script = ({ message }) => {
  const name = message.questions[0]?.name ?? ".";
  const parts = replies[name.toLowerCase()] ?? { rcode: 3 };
  // The owner is spelled as asked, as servers do that compress it into a pointer to the question.
  const answers = parts.answers?.map((record) => ({ ...record, name }));
  const reply = { recursionAvailable: true, ...parts, ...(answers && { answers }) };
  return [{ send: encodeMessage(replyTo(message, reply)) }];
};
