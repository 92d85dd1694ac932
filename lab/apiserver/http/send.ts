import type { Exchange } from "./exchange.ts";

export function sendJson(exchange: Exchange, httpCode: number, text: string): void {
  exchange.begin(httpCode, "application/json");
  exchange.end(`${text}\n`);
}

export function sendText(exchange: Exchange, contentType: string, text: string): void {
  exchange.begin(200, contentType);
  exchange.end(text);
}
