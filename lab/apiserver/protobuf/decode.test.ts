import { describe, expect, it } from "vitest";
import { builtinRows } from "../resources/rows.ts";
import { builtinSchema } from "../schema/builtin.ts";
import { structsFrom } from "../schema/structs.ts";
import { decodeMessage } from "./decode.ts";
import { decodeObject } from "./envelope.ts";
import { numbersOf } from "./numbers.ts";
import { ProtobufProblem } from "./wire.ts";

/** A field of a message: its number, and an integer, text or another message. */
type Written = readonly [number: number, value: number | bigint | string | Buffer];

function varint(value: bigint): Buffer {
  const octets: number[] = [];
  let left = BigInt.asUintN(64, value);
  for (; left > 0x7fn; left >>= 7n) octets.push(Number(left & 0x7fn) | 0x80);
  return Buffer.from([...octets, Number(left)]);
}

function message(...fields: readonly Written[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      const tag = BigInt(number) << 3n;
      if (typeof value === "number" || typeof value === "bigint")
        return [varint(tag), varint(BigInt(value))];
      const bytes = Buffer.from(value);
      return [varint(tag | 2n), varint(BigInt(bytes.length)), bytes];
    }),
  );
}

const deployment = builtinSchema("apps", "Deployment");
const pod = builtinSchema("", "Pod");

describe("messages become what their JSON would have been", () => {
  it("with zeros kept where zero means zero", () => {
    const metadata = message(
      [1, "web"],
      [2, ""],
      [8, message()],
      [11, message([1, "app"], [2, "web"])],
    );
    const spec = message([1, 0], [5, 0], [7, 0], [9, 600]);
    expect(decodeMessage(message([1, metadata], [2, spec], [3, message()]), deployment)).toEqual({
      metadata: { name: "web", labels: { app: "web" } },
      spec: { replicas: 0, progressDeadlineSeconds: 600 },
      status: {},
    });
  });

  it("with embedded messages, quantities, times and ports taken apart", () => {
    const port = message([1, 1], [3, "http"]);
    const probe = message([1, message([2, message([1, "/ready"], [2, port])])], [2, 5]);
    const limits = message([1, "cpu"], [2, message([1, "500m"])]);
    const container = message([1, "web"], [8, message([1, limits])], [11, probe]);
    const metadata = message([1, "a"], [8, message([1, 1_700_000_000])], [14, "one"], [14, "two"]);
    expect(decodeMessage(message([1, metadata], [2, message([2, container])]), pod)).toEqual({
      metadata: {
        name: "a",
        creationTimestamp: "2023-11-14T22:13:20Z",
        finalizers: ["one", "two"],
      },
      spec: {
        containers: [
          {
            name: "web",
            resources: { limits: { cpu: "500m" } },
            readinessProbe: { httpGet: { path: "/ready", port: "http" }, initialDelaySeconds: 5 },
          },
        ],
      },
    });
  });

  it("with negative numbers and bytes", () => {
    const secret = message([2, message([1, "k"], [2, Buffer.from([255, 0])])]);
    expect(decodeMessage(secret, builtinSchema("", "Secret"))).toEqual({ data: { k: "/wA=" } });
    const preferences = message([2, message([21, message()], [25, -5n])]);
    expect(decodeMessage(preferences, pod)).toMatchObject({ spec: { priority: -5 } });
  });
});

describe("envelopes", () => {
  const names = message([1, "v1"], [2, "ConfigMap"]);
  const raw = message([1, message([1, "a"])]);
  const configMap = builtinSchema("", "ConfigMap");
  const magic = Buffer.from("k8s\0");

  it("name the kind", () => {
    expect(decodeObject(Buffer.concat([magic, message([1, names], [2, raw])]), configMap)).toEqual({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "a" },
    });
  });

  it.each([
    ["nothing", Buffer.alloc(0)],
    ["JSON", Buffer.from("{}")],
    ["no message", magic],
    ["half a message", Buffer.concat([magic, message([1, names], [2, raw]).subarray(0, -1)])],
    ["an endless number", Buffer.concat([magic, Buffer.alloc(20, 0xff)])],
    ["a group", Buffer.concat([magic, Buffer.from([0x0b])])],
    ["a number for a message", Buffer.concat([magic, message([2, message([1, 7])])])],
  ])("with %s are refused", (_what, bytes) => {
    expect(() => decodeObject(bytes, configMap)).toThrowError(ProtobufProblem);
  });
});

it("every type but those of definitions has its numbers", () => {
  const without = structsFrom(builtinRows.map(({ schema }) => schema))
    .map(({ name }) => name)
    .filter((name) => numbersOf(name) === undefined);
  expect(without.filter((name) => !name.includes("apiextensions"))).toEqual([]);
});
