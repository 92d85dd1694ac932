/** A function of the C library that can also be called on another thread. */
export interface BackgroundCall<Arguments extends readonly unknown[], Result> {
  (...words: Arguments): Result;
  async(...words: [...Arguments, (error: Error | null, result: Result) => void]): void;
}

/** libuv's pool has so many threads; koffi refuses calls when 256 wait for one. */
const mostAtOnce = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
let underWay = 0;
const waiting: (() => void)[] = [];

/** Calls it on a thread of libuv's pool once one is free, in the order of the calls; errno cannot be had afterwards. */
export function inBackground<Arguments extends readonly unknown[], Result>(
  call: BackgroundCall<Arguments, Result>,
  ...words: Arguments
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const start = (): void => {
      underWay += 1;
      call.async(...words, (error, result) => {
        underWay -= 1;
        waiting.shift()?.();
        if (error === null) resolve(result);
        else reject(error);
      });
    };
    if (underWay < mostAtOnce) start();
    else waiting.push(start);
  });
}
