import type { ScalarType } from "../schema/contract.ts";
import { readFields, type WireValue } from "./wire.ts";

/** The JSON form of a scalar of the wire; undefined for what JSON would leave out. */
export function scalarOf(value: WireValue, scalar: ScalarType, keepsZero: boolean): unknown {
  const decoded = Buffer.isBuffer(value) ? fromBytes(value, scalar) : fromNumber(value, scalar);
  const isZero = decoded === 0 || decoded === "" || decoded === false;
  return isZero && !keepsZero ? undefined : decoded;
}

function fromNumber(value: bigint, scalar: ScalarType): unknown {
  return scalar === "boolean" ? value !== 0n : Number(BigInt.asIntN(64, value));
}

function fromBytes(bytes: Buffer, scalar: ScalarType): unknown {
  switch (scalar) {
    case "bytes":
      return bytes.toString("base64");
    case "quantity":
      return textIn(bytes, 1);
    case "time":
    case "microTime":
      return timeIn(bytes, scalar);
    case "intOrString":
      return intOrStringIn(bytes);
    default:
      return bytes.toString("utf8");
  }
}

/** Quantity is a message with its text as the only field. */
function textIn(bytes: Buffer, wanted: number): string {
  for (const [number, value] of readFields(bytes))
    if (number === wanted && Buffer.isBuffer(value)) return value.toString("utf8");
  return "";
}

function numbersIn(bytes: Buffer): ReadonlyMap<number, bigint> {
  const numbers = new Map<number, bigint>();
  for (const [number, value] of readFields(bytes))
    if (!Buffer.isBuffer(value)) numbers.set(number, BigInt.asIntN(64, value));
  return numbers;
}

/** Time is seconds and nanoseconds since the epoch; a message without either is no time. */
function timeIn(bytes: Buffer, scalar: "time" | "microTime"): string {
  const numbers = numbersIn(bytes);
  const seconds = Number(numbers.get(1) ?? 0n);
  if (seconds === 0) return "";
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19);
  if (scalar === "time") return `${whole}Z`;
  const micros = Math.floor(Number(numbers.get(2) ?? 0n) / 1000);
  return `${whole}.${String(micros).padStart(6, "0")}Z`;
}

/** Type 0 is an integer in field 2, type 1 text in field 3. */
function intOrStringIn(bytes: Buffer): string | number {
  const numbers = numbersIn(bytes);
  return numbers.get(1) === 1n ? textIn(bytes, 3) : Number(numbers.get(2) ?? 0n);
}
