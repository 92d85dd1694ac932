/** What the echoserver says about a request, as of release 1.4 and of later ones. */
export interface Echoed {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly client: string;
  readonly port: number;
  /** In the order they came, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface Pod {
  readonly hostname: string;
  /** Of the downward API: NODE_NAME, POD_NAME, POD_NAMESPACE, POD_IP. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function echoOld(echoed: Echoed): string {
  const [path, query] = split(echoed.url);
  return [
    "CLIENT VALUES:",
    `client_address=${echoed.client}`,
    `command=${echoed.method}`,
    `real path=${echoed.url}`,
    `query=${query ?? "nil"}`,
    `request_version=${echoed.httpVersion}`,
    `request_uri=${urlOf(echoed, path)}`,
    "",
    "SERVER VALUES:",
    "server_version=nginx: 1.10.0 - lua: 10001",
    "",
    "HEADERS RECEIVED:",
    ...headerLines(echoed),
    "BODY:",
    echoed.body === "" ? "-no body in request-" : echoed.body,
  ].join("\n");
}

export function echoNew(echoed: Echoed, { hostname, env }: Pod): string {
  const [path, query] = split(echoed.url);
  const facts = [
    ["node name", env.NODE_NAME],
    ["pod name", env.POD_NAME],
    ["pod namespace", env.POD_NAMESPACE],
    ["pod IP", env.POD_IP],
  ].filter(([, value]) => value !== undefined);
  return [
    "",
    "",
    `Hostname: ${hostname}`,
    "",
    "Pod Information:",
    ...(facts.length === 0
      ? ["\t-no pod information available-"]
      : facts.map(([name, value]) => `\t${name}:\t${value}`)),
    "",
    "Server values:",
    "\tserver_version=nginx: 1.13.3 - lua: 10008",
    "",
    "Request Information:",
    `\tclient_address=${echoed.client}`,
    `\tmethod=${echoed.method}`,
    `\treal path=${echoed.url}`,
    `\tquery=${query ?? ""}`,
    `\trequest_version=${echoed.httpVersion}`,
    "\trequest_scheme=http",
    `\trequest_uri=${urlOf(echoed, path)}`,
    "",
    "Request Headers:",
    ...headerLines(echoed).map((line) => `\t${line}`),
    "",
    "Request Body:",
    `\t${echoed.body === "" ? "-no body in request-" : echoed.body}`,
    "",
    "",
  ].join("\n");
}

function split(url: string): readonly [path: string, query: string | undefined] {
  const at = url.indexOf("?");
  return at < 0 ? [url, undefined] : [url.slice(0, at), url.slice(at + 1)];
}

function urlOf({ headers, port }: Echoed, path: string): string {
  const host = headers.find(([name]) => name === "host")?.[1] ?? "";
  return `http://${host.replace(/:\d+$/, "")}:${port}${path}`;
}

function headerLines({ headers }: Echoed): readonly string[] {
  return headers.map(([name, value]) => `${name}=${value}`).sort();
}
