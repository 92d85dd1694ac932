import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { openSession, type Session } from "./session.ts";
import { matches, parseTranscript } from "./transcript.ts";

/** Folders of transcripts by the nodes that the server has. */
const folders = { transcripts: "none", live: "live" } as const;
const files = Object.entries(folders).flatMap(([folder, nodes]) =>
  readdirSync(join(import.meta.dirname, folder)).map(
    (file) => [join(folder, file), nodes] as const,
  ),
);

for (const [file, nodes] of files) {
  const steps = parseTranscript(readFileSync(join(import.meta.dirname, file), "utf8"));
  describeWhere(["kubectl"], file, () => {
    let session: Session;
    beforeAll(async () => {
      session = await openSession(nodes);
    });
    afterAll(() => session.close());

    it.each(steps)("$line: $command", async ({ command, expected }) => {
      const { stdout, stderr, status } = await session.run(command);
      const isAsExpected =
        status === expected.status &&
        matches(stdout, expected.stdout) &&
        matches(stderr, expected.stderr);
      // The comparison is made above, with its wildcards; here it is shown.
      if (!isAsExpected) expect({ stdout, stderr, status }).toEqual(expected);
    });
  });
}
