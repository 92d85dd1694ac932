import { describe, expect, it } from "vitest";
import { Admission } from "./admission.ts";

/** Work that ends when told to. */
function pending(): { readonly work: () => Promise<string>; readonly finish: () => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { work: () => promise, finish: () => resolve("done") };
}

describe("Admission", () => {
  it("bounds one client without touching the others", async () => {
    const admission = new Admission({ total: 10, perClient: 2 });
    const held = pending();
    const mine = [admission.run("10.0.0.1", held.work), admission.run("10.0.0.1", held.work)];
    expect(await admission.run("10.0.0.1", held.work)).toBeUndefined();
    const other = admission.run("10.0.0.2", held.work);
    expect(admission.inFlight).toBe(3);
    held.finish();
    expect(await Promise.all([...mine, other])).toEqual(["done", "done", "done"]);
    expect([admission.inFlight, admission.shed]).toEqual([0, 1]);
  });

  it("bounds all clients together and admits again when work ends", async () => {
    const admission = new Admission({ total: 1, perClient: 5 });
    const held = pending();
    const first = admission.run("10.0.0.1", held.work);
    expect(await admission.run("10.0.0.2", held.work)).toBeUndefined();
    held.finish();
    await first;
    expect(await admission.run("10.0.0.2", async () => "next")).toBe("next");
  });

  it("gives the place back when the work fails", async () => {
    const admission = new Admission({ total: 1, perClient: 1 });
    await expect(admission.run("10.0.0.1", () => Promise.reject(new Error("no")))).rejects.toThrow(
      "no",
    );
    expect(await admission.run("10.0.0.1", async () => "next")).toBe("next");
  });
});
