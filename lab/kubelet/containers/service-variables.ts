import type { KubeObject } from "../../apiserver/contract.ts";

interface ServiceSpec {
  readonly clusterIP?: string;
  readonly ports?: readonly {
    readonly name?: string;
    readonly port: number;
    readonly protocol?: string;
  }[];
}

/** Variables by which a pod finds Services without DNS: REDIS_SERVICE_HOST and those of Docker's links. */
export function serviceVariables(
  services: readonly KubeObject[],
): Readonly<Record<string, string>> {
  return Object.assign({}, ...services.map(variablesOf));
}

function variablesOf({ metadata, spec }: KubeObject): Readonly<Record<string, string>> {
  // A Service has the fields of a Service.
  const { clusterIP, ports = [] } = (spec ?? {}) as ServiceSpec;
  const [first] = ports;
  if (!clusterIP || clusterIP === "None" || first === undefined) return {};
  const prefix = upper(metadata.name);
  const host = clusterIP.includes(":") ? `[${clusterIP}]` : clusterIP;
  const variables: Record<string, string> = {
    [`${prefix}_SERVICE_HOST`]: clusterIP,
    [`${prefix}_SERVICE_PORT`]: String(first.port),
  };
  for (const { name, port } of ports)
    if (name) variables[`${prefix}_SERVICE_PORT_${upper(name)}`] = String(port);
  for (const { port, protocol = "TCP" } of ports) {
    const scheme = protocol.toLowerCase();
    const url = `${scheme}://${host}:${port}`;
    const link = `${prefix}_PORT_${port}_${protocol}`;
    if (port === first.port && protocol === (first.protocol ?? "TCP"))
      variables[`${prefix}_PORT`] = url;
    variables[link] = url;
    variables[`${link}_PROTO`] = scheme;
    variables[`${link}_PORT`] = String(port);
    variables[`${link}_ADDR`] = clusterIP;
  }
  return variables;
}

function upper(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
