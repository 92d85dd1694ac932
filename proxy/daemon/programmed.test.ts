import { expect, test } from "vitest";
import type { ProgrammedService } from "#cluster/contract.ts";
import { ProgrammedByFamily } from "./programmed.ts";

function scene() {
  const cluster = new Set(["shop/web", "shop/api"]);
  const programmed = new ProgrammedByFamily([4, 6], (namespace, name) =>
    cluster.has(`${namespace}/${name}`),
  );
  const heard: ProgrammedService[] = [];
  programmed.onProgrammed((services) => heard.push(...services));
  const synced = (family: 4 | 6, name: string, revision: number): void =>
    programmed.synced({
      family,
      services: [{ namespace: "shop", name, ports: [], revision }],
    });
  return { cluster, programmed, heard, synced };
}

test("a Service is programmed when it is in both families, from the older revision on", () => {
  const { programmed, heard, synced } = scene();
  synced(4, "web", 7);
  expect(programmed.revisionOf("shop", "web")).toBeUndefined();
  expect(heard).toEqual([]);
  synced(6, "web", 5);
  expect(programmed.revisionOf("shop", "web")).toBe(5);
  expect(heard).toEqual([{ namespace: "shop", name: "web", revision: 5 }]);
});

test("one that is gone is forgotten, and begins anew when it comes again", () => {
  const { cluster, programmed, synced } = scene();
  synced(4, "web", 1);
  synced(6, "web", 1);
  cluster.delete("shop/web");
  synced(4, "web", 2);
  synced(6, "web", 2);
  expect(programmed.revisionOf("shop", "web")).toBeUndefined();
  cluster.add("shop/web");
  synced(4, "web", 3);
  expect(programmed.revisionOf("shop", "web")).toBeUndefined();
  synced(6, "web", 3);
  expect(programmed.revisionOf("shop", "web")).toBe(3);
});
