/** Of python what tutorials serve with: `python -m http.server [PORT] [--bind ADDRESS] [--directory FOLDER]`. */
import { readdir, readFile, stat } from "node:fs/promises";
import { createServer, type ServerResponse } from "node:http";
import { join, normalize, resolve } from "node:path";
import { parseArgs } from "node:util";
import { answering, targetOf } from "../serving/answering.ts";
import { endAtSignal } from "../serving/ending.ts";
import { listen, plainAddress } from "../serving/listen.ts";
import { endingOf, mimeTypes } from "../serving/mime-types.ts";
import { commonLogTime } from "../serving/times.ts";

const [option, name, ...args] = process.argv.slice(2);
if (option !== "-m" || name !== "http.server") {
  process.stderr.write(
    "This machine has no python3. What the lab has in its place is `python -m http.server` alone.\n",
  );
  process.exit(1);
}
const { values, positionals } = parseArgs({
  args,
  allowPositionals: true,
  options: {
    bind: { type: "string", short: "b" },
    directory: { type: "string", short: "d", default: "." },
  },
});
const folder = resolve(values.directory);
const port = Number(positionals[0] ?? 8000);

async function serve(path: string, response: ServerResponse): Promise<void> {
  const file = join(folder, normalize(join("/", decodeURIComponent(path))));
  const facts = await stat(file).catch(() => undefined);
  if (facts?.isDirectory() === true && !path.endsWith("/")) {
    response.writeHead(301, { location: `${path}/` }).end();
    return;
  }
  const served = facts?.isDirectory() === true ? join(file, "index.html") : file;
  const body = await readFile(served).catch(() => undefined);
  const type = mimeTypes[endingOf(served)] ?? "application/octet-stream";
  if (body !== undefined) response.writeHead(200, { "content-type": type }).end(body);
  else if (facts?.isDirectory() === true) await list(file, path, response);
  else
    response.writeHead(404, { "content-type": "text/html;charset=utf-8" }).end("File not found\n");
}

async function list(file: string, path: string, response: ServerResponse): Promise<void> {
  const names = (await readdir(file)).sort();
  const items = names.map((entry) => `<li><a href="${encodeURI(entry)}">${entry}</a></li>\n`);
  const title = `Directory listing for ${path}`;
  response
    .writeHead(200, { "content-type": "text/html; charset=utf-8" })
    .end(
      `<!DOCTYPE HTML>\n<html lang="en">\n<head>\n<title>${title}</title>\n</head>\n<body>\n<h1>${title}</h1>\n<hr>\n<ul>\n${items.join("")}</ul>\n<hr>\n</body>\n</html>\n`,
    );
}

const server = createServer(
  answering(async (request, response) => {
    await serve(targetOf(request).path, response);
    const client = plainAddress(request.socket.remoteAddress);
    const asked = `"${request.method} ${request.url} HTTP/${request.httpVersion}"`;
    const time = commonLogTime(new Date())
      .replace(/:(?=\d\d:\d\d:)/, " ")
      .replace(/ \+0000$/, "");
    process.stderr.write(`${client} - - [${time}] ${asked} ${response.statusCode} -\n`);
  }),
);

endAtSignal(() => [server], { signals: ["SIGTERM", "SIGINT"], exitCode: 143 });
await listen(server, port, values.bind);
process.stdout.write(`Serving HTTP on 0.0.0.0 port ${port} (http://0.0.0.0:${port}/) ...\n`);
