/**
 * An API server that says whatever it is told to: lists from a file, and watches in which nothing happens. For objects
 * that no API server lets through.
 *
 *   node raw-api.ts PORT FILE      FILE: {"services": [...], "endpointslices": [...], ...}
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const [, , port, file = ""] = process.argv;
const lists: Readonly<Record<string, readonly object[]>> = JSON.parse(readFileSync(file, "utf8"));

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://raw");
  const isStreamedList = searchParams.has("sendInitialEvents");
  response.writeHead(isStreamedList ? 400 : 200, { "content-type": "application/json" });
  if (isStreamedList)
    response.end(
      JSON.stringify({ kind: "Status", status: "Failure", code: 400, reason: "BadRequest" }),
    );
  else if (searchParams.has("watch")) response.flushHeaders();
  else {
    const items = lists[pathname.slice(pathname.lastIndexOf("/") + 1)] ?? [];
    response.end(JSON.stringify({ kind: "List", metadata: { resourceVersion: "1" }, items }));
  }
}).listen(Number(port), "127.0.0.1", () => process.stdout.write("serving\n"));
