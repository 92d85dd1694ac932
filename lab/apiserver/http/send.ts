import type { Exchange } from "./exchange.ts";

export function sendJson(exchange: Exchange, httpCode: number, text: string): void {
  exchange.begin(httpCode, "application/json");
  exchange.end(`${text}\n`);
}
