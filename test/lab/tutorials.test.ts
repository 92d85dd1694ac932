/** In one lab: the tutorials of examples/, typed as their READMEs say, and a pod of each image that there is a stand-in for. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Capability, describeWhere } from "#test/support/capabilities.ts";
import { isShown, type Typed, typedIn } from "./console.ts";
import { labNeeds, TestLab } from "./lab.ts";
import { imageServers, podOf } from "./servers.ts";

const root = join(import.meta.dirname, "../..");
const examples = join(root, "examples");

/** What a tutorial needs beyond a lab. */
const needs: Readonly<Record<string, readonly Capability[]>> = { dns: ["dig"] };

const changes = / kubectl (?:apply|delete|scale) /;
const longestLookMs = 20_000;
/** It is the command that is to be told, and not the tutorial. */
const longestCommandMs = 150_000;
const lookEveryMs = 500;

const tutorials = readdirSync(examples, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, typed: typedIn(readmeOf(name)) }))
  .filter(({ typed }) => typed.length > 0);

function readmeOf(name: string): string {
  try {
    return readFileSync(join(examples, name, "README.md"), "utf8");
  } catch {
    return "";
  }
}

/** Arguments of the kubectl that ends a tutorial. */
function deletion(typed: readonly Typed[]): readonly string[] {
  const [, words = ""] =
    /^bin\/fairlead lab kubectl (delete .*)$/.exec(typed.at(-1)?.command ?? "") ?? [];
  return [...words.split(" "), "--ignore-not-found"];
}

describeWhere([...labNeeds, "kubectl"], "tutorials", () => {
  let lab: TestLab;

  beforeAll(async () => {
    lab = await TestLab.create();
    await lab.up();
  }, 180_000);
  afterAll(() => lab?.close(), 60_000);

  /**
   * Types a command in a shell at the root of the repository; one that changes nothing again, as a reader would: proxies
   * and servers hear of a change a moment after the API, and a line is in a log a moment after its request.
   */
  async function type(typed: Typed): Promise<void> {
    const endMs = performance.now() + (changes.test(typed.command) ? 0 : longestLookMs);
    for (;;) {
      const fault = await typeOnce(typed);
      if (fault === undefined) return;
      if (performance.now() > endMs) throw new Error(`${fault}\n${lab.logs()}`);
      await sleep(lookEveryMs);
    }
  }

  /** In words what is not as the document shows it. */
  async function typeOnce(typed: Typed): Promise<string | undefined> {
    const { command, output } = typed;
    const shell = lab.machine.start("bash", ["-c", command], {
      FAIRLEAD_LAB: lab.folder,
      NO_COLOR: "1",
    });
    const timer = setTimeout(() => shell.kill("SIGKILL"), longestCommandMs);
    const status = await shell.ended;
    clearTimeout(timer);
    const printed = shell.output();
    if (status === 0 && isShown(typed, printed)) return undefined;
    const wanted = output.join("\n");
    return `${command}\nended with ${status} and printed\n${printed}\nwhere the document has\n${wanted}`;
  }

  test("there are ten of them", () => {
    expect(tutorials.map(({ name }) => name)).toHaveLength(10);
  });

  for (const { name, typed } of tutorials)
    describeWhere(needs[name] ?? [], name, () => {
      test(`what ${name}/README.md types comes out as it says`, async () => {
        try {
          for (const line of typed) await type(line);
        } catch (error) {
          // What it has made is not to be in the way of the others.
          await lab.lab("kubectl", ...deletion(typed));
          throw error;
        }
      }, 600_000);
    });

  describeWhere(["busybox"], "images", () => {
    beforeAll(async () => {
      await lab.apply(...imageServers.map((server, index) => podOf(server, `server-${index}`)));
      await lab.kubectl(
        "wait",
        "--for=condition=Ready",
        "pod",
        "-l",
        "app=server",
        "--timeout=90s",
      );
    }, 120_000);
    afterAll(() => lab.kubectl("delete", "pod", "-l", "app=server"), 60_000);

    test.each(imageServers.map((server, index) => ({ ...server, name: `server-${index}` })))(
      "a pod of $image serves",
      async ({ name, port, path, says }) => {
        const address = await lab.kubectl("get", "pod", name, "-o", "jsonpath={.status.podIP}");
        const url = `http://${address}:${port}${path}`;
        expect(await lab.kubectl("exec", "server-10", "--", "curl", "-s", url)).toContain(says);
      },
    );

    test("it finds the files of its image, and is ended as the image says", async () => {
      const pages = ["exec", "server-0", "--", "ls", "/usr/share/nginx/html"];
      expect(await lab.kubectl(...pages)).toBe("50x.html\nindex.html\n");
      const logs = lab.start("kubectl", "logs", "-f", "server-0");
      // It follows the pod before that is told to end.
      await vi.waitFor(() => expect(logs.output()).toContain("GET /"), { timeout: 30_000 });
      await lab.kubectl("delete", "pod", "server-0");
      await logs.ended;
      expect(logs.output()).toContain("SIGQUIT) received, shutting down");
    });
  });
});
