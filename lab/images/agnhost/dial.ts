import { createSocket } from "node:dgram";
import { promises as dns } from "node:dns";
import { isIPv6 } from "node:net";
import { getText } from "../serving/get-text.ts";

const timeoutMs = 5000;

export interface Dialled {
  readonly status: number;
  readonly body: string;
}

/** /dial: asks another server, as often as `tries` says, and reports answers and errors as JSON. */
export async function dial(query: URLSearchParams): Promise<Dialled> {
  const protocol = (query.get("protocol") || "http").toLowerCase();
  const request = query.get("request") ?? "";
  const tries = Number(query.get("tries") || 1);
  const host = query.get("host") ?? "";
  const port = Number(query.get("port"));
  if (!Number.isInteger(tries)) return refused("tries parameter is invalid.");
  if (request === "") return refused("request parameter not specified. <nil>");
  if (protocol !== "http" && protocol !== "udp")
    return refused(`unsupported protocol. ${protocol}`);
  const address = await dns.lookup(host).catch(() => undefined);
  if (address === undefined || !(port > 0 && port < 65_536))
    return refused(`host and/or port param are invalid. lookup ${host}: no such host`);

  const responses: string[] = [];
  const errors: string[] = [];
  for (let tried = 0; tried < tries; tried++) {
    const asked =
      protocol === "http"
        ? dialHttp(address.address, port, request)
        : dialUdp(address.address, port, request);
    await asked.then(
      (text) => responses.push(text),
      (error: Error) => errors.push(error.message),
    );
  }
  const body = JSON.stringify({
    ...(errors.length > 0 ? { errors } : {}),
    ...(responses.length > 0 ? { responses } : {}),
  });
  return { status: 200, body };
}

function refused(words: string): Dialled {
  return { status: 400, body: `${words}\n` };
}

function dialHttp(address: string, port: number, request: string): Promise<string> {
  const host = isIPv6(address) ? `[${address}]` : address;
  return getText(`http://${host}:${port}/${request}`, timeoutMs);
}

function dialUdp(address: string, port: number, request: string): Promise<string> {
  const socket = createSocket(isIPv6(address) ? "udp6" : "udp4");
  return new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error("reading from udp connection failed. err:'i/o timeout'")),
      timeoutMs,
    );
    socket.on("message", (message) => {
      clearTimeout(timer);
      resolve(message.toString());
    });
    socket.on("error", (error) => {
      clearTimeout(timer);
      reject(new Error(`reading from udp connection failed. err:'${error.message}'`));
    });
    socket.connect(port, address, () => socket.send(request));
  }).finally(() => socket.close());
}
