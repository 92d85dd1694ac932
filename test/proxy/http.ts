/** What is asked over HTTP: health checks of Services and of the proxy itself. */
import type { HttpResponse } from "#test/topology/contract.ts";
import type { Scene, Step } from "./contract.ts";
import { eventually } from "./steps.ts";

interface HealthCheckSpec {
  readonly status: number;
  readonly localEndpoints: number;
}

/** A healthCheckNodePort: status, the weight in its header, the number in its body. */
export function healthCheck(from: string, hostPort: string, expected: HealthCheckSpec): Step {
  return eventually({
    title: `${from} asks the health check at ${hostPort}`,
    async run(scene) {
      const response = await get(scene, from, `http://${hostPort}/any/path`);
      const seen = {
        status: response.status,
        weight: response.headers["x-load-balancing-endpoint-weight"],
        localEndpoints: JSON.parse(response.body).localEndpoints,
      };
      const wanted = { ...expected, weight: `${expected.localEndpoints}` };
      for (const key of ["status", "weight", "localEndpoints"] as const) {
        if (seen[key] !== wanted[key])
          throw new Error(`expected ${JSON.stringify(wanted)}, saw ${JSON.stringify(seen)}`);
      }
    },
  });
}

/** The status of a page, now. */
export const page = (from: string, url: string, status: number): Step => ({
  title: `${from} asks ${url}`,
  async run(scene) {
    const response = await get(scene, from, url);
    if (response.status !== status)
      throw new Error(`expected ${status}, saw ${response.status}: ${response.body}`);
  },
});

/** The body of a page that must be there. */
export async function text(scene: Scene, from: string, url: string): Promise<string> {
  const { status, body } = await get(scene, from, url);
  if (status !== 200) throw new Error(`${url}: ${status} ${body}`);
  return body;
}

async function get(
  scene: Scene,
  from: string,
  url: string,
): Promise<Extract<HttpResponse, { kind: "response" }>> {
  const response = await (await scene.agent(from)).http({ url, timeoutMs: 5000 });
  if (response.kind === "failure") throw new Error(`no response: ${response.reason}`);
  return response;
}
