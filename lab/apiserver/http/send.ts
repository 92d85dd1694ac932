import type { Exchange } from "./exchange.ts";

export function sendJson(exchange: Exchange, httpCode: number, text: string): void {
  exchange.begin(httpCode, "application/json");
  exchange.end(`${text}\n`);
}

const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };

/** Answers a create that is done and leaves no object to show. */
export function sendSuccess(exchange: Exchange): void {
  sendJson(exchange, success.code, JSON.stringify(success));
}

export function sendText(exchange: Exchange, contentType: string, text: string): void {
  exchange.begin(200, contentType);
  exchange.end(text);
}
