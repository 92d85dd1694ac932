import { Agent, request as plain } from "node:http";
import { Agent as SecureAgent, request as secure } from "node:https";
import type { HttpRequest, HttpResponse } from "../contract.ts";
import { failure } from "./greeting.ts";

const kept = new Agent({ keepAlive: true });
const keptSecure = new SecureAgent({ keepAlive: true });

export function http(asked: HttpRequest): Promise<HttpResponse> {
  const isSecure = asked.url.startsWith("https:");
  const send = isSecure ? secure : plain;
  return new Promise((resolve) => {
    const request = send(
      asked.url,
      {
        method: asked.method ?? "GET",
        headers: { ...asked.headers },
        agent: asked.keepAlive === true ? (isSecure ? keptSecure : kept) : false,
        signal: AbortSignal.timeout(asked.timeoutMs),
        ...(asked.ca === undefined ? {} : { ca: asked.ca }),
        ...(asked.certificate === undefined ? {} : { cert: asked.certificate }),
        ...(asked.key === undefined ? {} : { key: asked.key }),
      },
      (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => {
          body += chunk.toString();
        });
        response.on("error", (error) => resolve(failure(error)));
        response.on("end", () => {
          const headers = Object.entries(response.headers).map(([name, value]) => [
            name,
            `${value}`,
          ]);
          resolve({
            kind: "response",
            status: response.statusCode ?? 0,
            headers: Object.fromEntries(headers),
            body,
          });
        });
      },
    );
    request.on("error", (error) => {
      resolve(
        error.name === "AbortError" ? { kind: "failure", reason: "timeout" } : failure(error),
      );
    });
    request.end(asked.body);
  });
}
