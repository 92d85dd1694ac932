import { expect, test } from "vitest";
import { MMSGHDR_BYTES } from "./abi.ts";
import { sendReplies } from "./send-replies.ts";

interface Row {
  readonly name: string;
  readonly count: number;
  /** What each call answers. */
  readonly results: readonly number[];
  /** First message and number of messages of each call. */
  readonly calls: readonly [from: number, count: number][];
  readonly dropped: number;
}

const rows: readonly Row[] = [
  { name: "nothing to send", count: 0, results: [], calls: [], dropped: 0 },
  { name: "all at once", count: 64, results: [64], calls: [[0, 64]], dropped: 0 },
  {
    name: "a short send goes on behind what went",
    count: 10,
    results: [4, 6],
    calls: [
      [0, 10],
      [4, 6],
    ],
    dropped: 0,
  },
  {
    name: "a refused message is left out and the rest goes",
    count: 5,
    results: [2, -1, 2],
    calls: [
      [0, 5],
      [2, 3],
      [3, 2],
    ],
    dropped: 1,
  },
  {
    name: "each is tried once when all are refused",
    count: 3,
    results: [-1, -1, -1],
    calls: [
      [0, 3],
      [1, 2],
      [2, 1],
    ],
    dropped: 3,
  },
];

test.each(rows)("$name", ({ count, results, calls, dropped }) => {
  const address = 4096;
  const seen: [number, number][] = [];
  const sendmmsg = (_fd: number, from: number, messages: number): number => {
    seen.push([(from - address) / MMSGHDR_BYTES, messages]);
    return results[seen.length - 1] ?? -1;
  };
  expect(sendReplies({ sendmmsg }, 3, address, count)).toBe(dropped);
  expect(seen).toEqual(calls);
});
