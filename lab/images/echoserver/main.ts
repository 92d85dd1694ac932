/** The echoserver of Kubernetes' tutorials: says back what came. The release is the first argument. */
import { createServer } from "node:http";
import { hostname } from "node:os";
import { answering } from "../serving/answering.ts";
import { bodyOf } from "../serving/body.ts";
import { endAtSignal } from "../serving/ending.ts";
import { listen, plainAddress } from "../serving/listen.ts";
import { commonLogTime } from "../serving/times.ts";
import { type Echoed, echoNew, echoOld } from "./answer.ts";

const isOld = process.argv[2] === "1.4";
const pod = { hostname: hostname(), env: process.env };
const server = createServer(
  answering(async (request, response) => {
    const client = plainAddress(request.socket.remoteAddress);
    const { method = "GET", url = "/", httpVersion, headers } = request;
    const echoed: Echoed = {
      method,
      url,
      httpVersion,
      client,
      port: request.socket.localPort ?? 0,
      headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
      body: (await bodyOf(request))?.toString() ?? "",
    };
    const body = isOld ? echoOld(echoed) : echoNew(echoed, pod);
    response.writeHead(200, {
      server: isOld ? "nginx/1.10.0" : "nginx/1.13.3",
      "content-type": "text/plain",
    });
    response.end(body);
    const sizeBytes = Buffer.byteLength(body);
    const time = commonLogTime(new Date());
    process.stdout.write(
      `${client} - - [${time}] "${method} ${url} HTTP/${httpVersion}" 200 ${sizeBytes} "-" "${headers["user-agent"] ?? "-"}"\n`,
    );
  }),
);

endAtSignal(() => [server], { signals: ["SIGTERM", "SIGINT", "SIGQUIT"] });
await listen(server, Number(process.env.PORT || 8080));
