import { createServer } from "node:http";
import { answering, targetOf } from "../serving/answering.ts";
import { getText } from "../serving/get-text.ts";
import { parseGoFlags } from "../serving/go.ts";
import { listen, peerOf } from "../serving/listen.ts";
import { endNow } from "./liveness.ts";

const timeoutMs = 5000;

/** /whoami says who asks; /checknosnat?ips=A:PORT,B:PORT asks others that and wants to hear its own address. */
export async function noSnatTest(args: readonly string[]): Promise<void> {
  const { values } = parseGoFlags(args, { port: { type: "string", default: "8080" } });
  const { POD_IP: podIp, NODE_IP: nodeIp } = process.env;
  if (podIp === undefined) throw new Error("POD_IP env var was not present in the environment");
  if (nodeIp === undefined) throw new Error("NODE_IP env var was not present in the environment");
  const server = createServer(
    answering(async (request, response) => {
      const { path, query } = targetOf(request);
      response.setHeader("content-type", "text/plain; charset=utf-8");
      if (path === "/whoami") {
        response.end(peerOf(request.socket));
        return;
      }
      if (path !== "/checknosnat") {
        response.writeHead(404).end("404 page not found\n");
        return;
      }
      const asked = (query.get("ips") ?? "").split(",");
      const faults = await Promise.all(asked.map((ip) => check(ip, podIp, nodeIp)));
      const found = faults.filter((fault) => fault !== undefined);
      response.writeHead(found.length > 0 ? 500 : 200).end(found.join(", "));
    }),
  );
  endNow();
  await listen(server, Number(values.port));
}

async function check(ip: string, podIp: string, nodeIp: string): Promise<string | undefined> {
  const heard = await getText(`http://${ip}/whoami`, timeoutMs).catch((error: Error) => error);
  if (heard instanceof Error) return heard.message;
  const address = heard.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
  if (address === podIp) return undefined;
  return `Returned ip "${address}" != my Pod ip "${podIp}"${address === nodeIp ? `, == my Node ip "${nodeIp}"` : ` or my Node ip "${nodeIp}"`} - SNAT`;
}
