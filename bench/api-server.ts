import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FairleadError } from "#observe/errors.ts";
import { type PinnedChild, startPinned } from "./child.ts";
import type { ClusterModel } from "./contract.ts";
import { type ApiObject, clusterObjects } from "./data/objects.ts";

const main = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const parallelRequests = 16;
const startTimeoutMs = 15_000;

/** The few calls the benchmark makes to an API server over plain HTTP. */
export class ApiClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: parallelRequests });
  readonly base: string;

  constructor(base: string) {
    this.base = base;
  }

  async create(object: ApiObject): Promise<void> {
    const { status, text } = await this.#call("POST", object.collection, object.body);
    // A bootstrap namespace is there already, which is as good.
    if (status >= 300 && status !== 409)
      throw this.#failure(`POST ${object.collection}`, status, text);
  }

  async remove(path: string): Promise<void> {
    const { status, text } = await this.#call("DELETE", path);
    if (status >= 300) throw this.#failure(`DELETE ${path}`, status, text);
  }

  /** Creates all objects, in order within a kind's dependencies: namespaces first, then the rest in parallel. */
  async load(objects: readonly ApiObject[]): Promise<void> {
    const namespaces = objects.filter(({ collection }) => collection === "/api/v1/namespaces");
    const rest = objects.filter(({ collection }) => collection !== "/api/v1/namespaces");
    for (const phase of [namespaces, rest]) await this.#loadInParallel(phase);
  }

  async #loadInParallel(objects: readonly ApiObject[]): Promise<void> {
    const queue = objects.values();
    const worker = async (): Promise<void> => {
      for (const object of queue) await this.create(object);
    };
    await Promise.all(Array.from({ length: parallelRequests }, worker));
  }

  async isReady(): Promise<boolean> {
    try {
      return (await this.#call("GET", "/readyz")).status === 200;
    } catch {
      return false;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #failure(call: string, status: number, text: string): FairleadError {
    return new FairleadError("FL-B001", `${call} gave ${status}: ${text.slice(0, 300)}`);
  }

  #call(method: string, path: string, body?: object): Promise<{ status: number; text: string }> {
    const payload = body === undefined ? "" : JSON.stringify(body);
    const headers =
      payload === ""
        ? {}
        : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) };
    return new Promise((resolve, reject) => {
      const call = request(
        this.base + path,
        { method, agent: this.#agent, headers },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk: string) => {
            text += chunk;
          });
          response.on("error", reject);
          response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      call.on("error", reject);
      call.end(payload);
    });
  }
}

/** Starts `fairlead apiserver` with the model in it. */
export async function startApiServer(
  model: ClusterModel,
  options: { readonly port: number; readonly cpu: number },
): Promise<{ readonly client: ApiClient; readonly child: PinnedChild }> {
  const listen = `127.0.0.1:${options.port}`;
  const args = [main, "apiserver", "--insecure-http", "--listen", listen];
  const child = await startPinned(process.execPath, args, { cpu: options.cpu });
  const client = new ApiClient(`http://${listen}`);
  try {
    const deadline = performance.now() + startTimeoutMs;
    let gone = false;
    void child.ended.then(() => {
      gone = true;
    });
    while (!(await client.isReady())) {
      if (gone || performance.now() > deadline) {
        throw new FairleadError(
          "FL-B002",
          `the API server on ${listen} is not ready: ${child.output()}`,
        );
      }
      await sleep(50);
    }
    await client.load(clusterObjects(model));
  } catch (error) {
    client.close();
    await child.stop();
    throw error;
  }
  return { client, child };
}
