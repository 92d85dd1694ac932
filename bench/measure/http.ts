import { get } from "node:http";
import { parseExposition, type Sample } from "./exposition.ts";

/** GET over plain HTTP on 127.0.0.1; status 0 when nothing listens. */
export function fetchText(port: number, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    const request = get({ host: "127.0.0.1", port, path, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", () => resolve({ status: 0, text: "" }));
    });
    request.on("error", () => resolve({ status: 0, text: "" }));
  });
}

/** The server's own metrics, none when it does not export them there. */
export async function scrape(port: number): Promise<readonly Sample[]> {
  return parseExposition((await fetchText(port, "/metrics")).text);
}
