import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { describeWhere } from "#test/support/capabilities.ts";
import { libc } from "../ffi.ts";
import { epollCalls } from "./abi.ts";
import { type StopWatching, watchReadable } from "./watch.ts";

const run = promisify(execFile);
const opened: number[] = [];
const watching: StopWatching[] = [];

afterEach(() => {
  for (const stop of watching.splice(0)) stop();
  for (const fd of opened.splice(0)) libc().close(fd);
});

/** A descriptor that can be read once something is added to it, and until that is taken away. */
function counter(): { readonly fd: number; add(): void } {
  const fd = epollCalls().eventfd(0, 0);
  opened.push(fd);
  return { fd, add: () => epollCalls().eventfd_write(fd, 1) };
}

describeWhere(["batchedSockets"], "descriptors that can be read", () => {
  test("are told of again while there is more, and others have their turn between", async () => {
    const order: string[] = [];
    const [first, second] = [counter(), counter()];
    let left = 3;
    watching.push(
      watchReadable(first.fd, () => {
        if (left === 0) return false;
        order.push("first");
        left -= 1;
        if (left === 2) second.add();
        return left > 0;
      }),
      watchReadable(second.fd, () => {
        order.push("second");
        watching.pop()?.();
        return false;
      }),
    );
    first.add();
    await expect.poll(() => order.toSorted()).toEqual(["first", "first", "first", "second"]);
  });

  test("that were let go are not told of", async () => {
    const [quiet, loud] = [counter(), counter()];
    let calls = 0;
    const stop = watchReadable(quiet.fd, () => expect.unreachable());
    watching.push(
      watchReadable(loud.fd, () => {
        calls += 1;
        watching.pop()?.();
        return false;
      }),
    );
    stop();
    stop();
    quiet.add();
    loud.add();
    await expect.poll(() => calls).toBe(1);
  });

  test("one that is none is an error", () => {
    expect(() => watchReadable(-1, () => false)).toThrow("epoll_ctl: EBADF");
  });

  test.each([
    { name: "by itself", last: "", code: 0 },
    { name: "when told to", last: "setTimeout(() => process.exit(3), 50);", code: 3 },
  ])("a process that watches ends $name", async ({ last, code }) => {
    const file = (name: string): string => new URL(name, import.meta.url).href;
    const script = `
      const { epollCalls } = await import("${file("./abi.ts")}");
      const { watchReadable } = await import("${file("./watch.ts")}");
      watchReadable(epollCalls().eventfd(0, 0), () => false);
      ${last}`;
    const ended = run(process.execPath, ["-e", `(async () => {${script}})()`], { timeout: 20_000 });
    if (code === 0) await expect(ended).resolves.toBeDefined();
    else await expect(ended).rejects.toMatchObject({ code, killed: false });
  });
});
