import { type FSWatcher, mkdirSync, watch } from "node:fs";

const lookEveryMs = 2000;

/** Calls back when configurations come, go or change, and now and then. Gives what ends it. */
export function watchConfigurations(folder: string, changed: () => void): () => void {
  mkdirSync(folder, { recursive: true });
  const watcher: FSWatcher = watch(folder, changed);
  watcher.on("error", () => {});
  const timer = setInterval(changed, lookEveryMs);
  return () => {
    watcher.close();
    clearInterval(timer);
  };
}
