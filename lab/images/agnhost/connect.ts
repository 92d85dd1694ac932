import { createSocket } from "node:dgram";
import { promises as dns } from "node:dns";
import { connect as connectTcp, isIPv6 } from "node:net";
import { goDurationMs, parseGoFlags } from "../serving/go.ts";

const options = {
  timeout: { type: "string", default: "0" },
  protocol: { type: "string", default: "tcp" },
  "udp-data": { type: "string", default: "hostname" },
} as const;

/** Ends with 0 for a connection, else with 1 and one of UNKNOWN, DNS, TIMEOUT, REFUSED, OTHER on standard error. */
export async function connect(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseGoFlags(args, options);
  const target = positionals[0] ?? "";
  const [, bracketed, plain, port] = /^(?:\[(.*)\]|([^:]*)):(\d+)$/.exec(target) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return fail(`UNKNOWN: address ${target}: missing port in address`);
  const timeoutMs = goDurationMs(String(values.timeout));
  if (timeoutMs === undefined) return fail(`UNKNOWN: invalid duration ${values.timeout}`);
  const address = await dns.lookup(host).then(
    (found) => found.address,
    () => fail(`DNS: lookup ${host}: no such host`),
  );
  const timer = timeoutMs > 0 ? setTimeout(() => fail("TIMEOUT"), timeoutMs) : undefined;
  if (values.protocol === "udp") await exchange(address, Number(port), String(values["udp-data"]));
  else if (values.protocol === "tcp") await open(address, Number(port));
  else fail(`Unsupported protocol ${values.protocol}`);
  clearTimeout(timer);
}

function fail(words: string): never {
  process.stderr.write(`${words}\n`);
  process.exit(1);
}

function failFor(error: NodeJS.ErrnoException): never {
  if (error.code === "ECONNREFUSED") fail("REFUSED");
  if (error.code === "ETIMEDOUT") fail("TIMEOUT");
  fail(`OTHER: ${error.message}`);
}

function open(host: string, port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, host, () => {
      socket.destroy();
      resolve();
    });
    socket.on("error", failFor);
  });
}

/** Sends a line and waits for any answer. */
function exchange(host: string, port: number, data: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? "udp6" : "udp4");
    socket.on("error", failFor);
    socket.on("message", () => {
      socket.close();
      resolve();
    });
    socket.connect(port, host, () => socket.send(`${data}\n`));
  });
}
