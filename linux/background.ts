import { Turns } from "./turns.ts";

/** A function of the C library that can also be called on another thread. */
export interface BackgroundCall<Arguments extends readonly unknown[], Result> {
  (...words: Arguments): Result;
  async(...words: [...Arguments, (error: Error | null, result: Result) => void]): void;
}

/** libuv's pool has so many threads; koffi refuses calls when 256 wait for one. */
const turns = new Turns(Number(process.env.UV_THREADPOOL_SIZE ?? 4));

/** Calls it on a thread of libuv's pool once one is free; errno cannot be had afterwards. */
export function inBackground<Arguments extends readonly unknown[], Result>(
  call: BackgroundCall<Arguments, Result>,
  ...words: Arguments
): Promise<Result> {
  return turns.run(
    () =>
      new Promise((resolve, reject) => {
        call.async(...words, (error, result) => {
          if (error === null) resolve(result);
          else reject(error);
        });
      }),
  );
}
