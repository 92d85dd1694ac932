import { get } from "node:http";
import { bodyOf } from "./body.ts";

/** What a GET over a connection of its own brings. @throws Error in Go's words when nothing whole comes in time */
export function getText(url: string, timeoutMs: number): Promise<string> {
  return new Promise<string>((resolve, reject) => {
    const asked = get(url, { agent: false, timeout: timeoutMs }, (response) => {
      bodyOf(response).then((body) => resolve(body?.toString() ?? ""), reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("context deadline exceeded")));
    asked.on("error", reject);
  }).catch((error) => {
    throw new Error(`Get "${url}": ${error.message}`);
  });
}
