import { Turns } from "./turns.ts";

/** A function of the C library that can also be called on another thread. */
export interface BackgroundCall<Arguments extends readonly unknown[], Result> {
  (...words: Arguments): Result;
  async(...words: [...Arguments, (error: Error | null, result: Result) => void]): void;
}

/** Of libuv: whoever starts the process may give it more than the four that there are otherwise. */
export const poolThreads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

/** koffi refuses calls when 256 wait for a thread. */
const turns = new Turns(poolThreads);

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
