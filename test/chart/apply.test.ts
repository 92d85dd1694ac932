/** What the chart renders, as a stock kubectl brings it to the API server, which refuses fields that it does not know. */
import { afterEach, expect, it } from "vitest";
import { openSession, type Session } from "#test/kubectl/session.ts";
import { describeWhere } from "#test/support/capabilities.ts";
import { manifestsOf, render } from "./helm.ts";
import { matrix } from "./matrix.ts";
import { operatorDefinitions } from "./operator-definitions.ts";

let session: Session | undefined;
afterEach(() => session?.close());

const applied = (text: string): string =>
  `kubectl apply --validate=strict -f - <<'END_OF_MANIFESTS'\n${text}\nEND_OF_MANIFESTS`;

async function apply(on: Session, text: string): Promise<readonly string[]> {
  const { stdout, stderr, status } = await on.run(applied(text));
  expect({ stderr, status }).toEqual({ stderr: [], status: 0 });
  return stdout;
}

describeWhere(["helm", "kubectl"], "manifests are accepted by the API server", () => {
  it.each(Object.entries(matrix))("%s", async (_, values) => {
    session = await openSession();
    const text = render(values);
    // The server's own, which no apply has made; and merges by port know one port 53 alone.
    await session.run("kubectl -n kube-system delete service kube-dns");
    await apply(session, operatorDefinitions);
    const first = await apply(session, text);
    expect(first).toHaveLength(manifestsOf(text).length);
    const second = await apply(session, text);
    // kubectl sends a budget's selector each time, as its patch strategy is replace.
    const changed = second.filter((line) => !/ unchanged$|^poddisruptionbudget/.test(line));
    expect(changed).toEqual([]);
  });

  it("a field that no kind has is refused", async () => {
    session = await openSession();
    const text = render({}).replace("dnsPolicy:", "dnsPolice:");
    const { stderr, status } = await session.run(applied(text));
    expect(status).toBe(1);
    expect(stderr.join()).toContain('unknown field "spec.template.spec.dnsPolice"');
  });
});
