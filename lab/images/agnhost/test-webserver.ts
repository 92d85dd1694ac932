import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize } from "node:path";
import { answering, targetOf } from "../serving/answering.ts";
import { parseGoFlags } from "../serving/go.ts";
import { listen } from "../serving/listen.ts";
import { endingOf, mimeTypes } from "../serving/mime-types.ts";
import { endNow } from "./liveness.ts";

/** Serves the files of the container from its root on. */
export async function testWebserver(args: readonly string[]): Promise<void> {
  const { values } = parseGoFlags(args, { port: { type: "string", default: "80" } });
  const server = createServer(
    answering(async (request, response) => {
      const path = join("/", normalize(decodeURIComponent(targetOf(request).path)));
      const file = await readFile(path).catch(() => undefined);
      if (file === undefined) {
        response.writeHead(404).end("404 page not found\n");
        return;
      }
      const type = mimeTypes[endingOf(path)] ?? "text/plain; charset=utf-8";
      response.writeHead(200, { "content-type": type }).end(file);
    }),
  );
  endNow();
  await listen(server, Number(values.port));
}
