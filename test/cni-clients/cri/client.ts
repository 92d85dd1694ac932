import { join } from "node:path";
import { type Client, credentials, loadPackageDefinition, type ServiceError } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

/** What kubelet asks of a runtime about the network of pods. */
export interface RuntimeService {
  status(request: { readonly verbose: boolean }): Promise<{
    readonly status: { readonly conditions: readonly RuntimeCondition[] };
    readonly info: Readonly<Record<string, string>>;
  }>;
  runPodSandbox(request: { readonly config: PodSandboxConfig }): Promise<{
    readonly podSandboxId: string;
  }>;
  stopPodSandbox(request: { readonly podSandboxId: string }): Promise<object>;
  removePodSandbox(request: { readonly podSandboxId: string }): Promise<object>;
  listPodSandbox(request: object): Promise<{ readonly items: readonly { readonly id: string }[] }>;
  podSandboxStatus(request: {
    readonly podSandboxId: string;
    readonly verbose: boolean;
  }): Promise<PodSandboxStatusResponse>;
  close(): void;
}

export interface RuntimeCondition {
  readonly type: string;
  readonly status: boolean;
  readonly message: string;
}

export interface PodSandboxConfig {
  readonly metadata: { readonly name: string; readonly uid: string; readonly namespace: string };
  readonly portMappings?: readonly {
    readonly protocol: "TCP" | "UDP";
    readonly containerPort: number;
    readonly hostPort: number;
  }[];
  readonly annotations?: Readonly<Record<string, string>>;
  readonly linux: { readonly cgroupParent: string };
}

interface PodSandboxStatusResponse {
  readonly status: {
    readonly state: "SANDBOX_READY" | "SANDBOX_NOTREADY";
    readonly network?: {
      readonly ip: string;
      readonly additionalIps: readonly { readonly ip: string }[];
    };
  };
  /** JSON of the runtime's own; in `info` the runtime's specification of the sandbox. */
  readonly info: Readonly<Record<string, string>>;
}

const methods = [
  "status",
  "runPodSandbox",
  "stopPodSandbox",
  "removePodSandbox",
  "listPodSandbox",
  "podSandboxStatus",
] as const satisfies readonly (keyof RuntimeService)[];

/** How long kubelet waits: runtimeRequestTimeout, 2 minutes; less, so that a test says what hangs. */
const TIMEOUT_MS = 30_000;

/** A client of the CRI socket of that path. */
export function connectRuntime(socketPath: string): RuntimeService {
  const definition = loadSync(join(import.meta.dirname, "cri.proto"), {
    enums: String,
    defaults: true,
    arrays: true,
  });
  // The shapes that loadPackageDefinition() gives are those of the file it was given.
  const { runtime } = loadPackageDefinition(definition) as unknown as {
    readonly runtime: {
      readonly v1: { readonly RuntimeService: new (...words: unknown[]) => GrpcClient };
    };
  };
  const client = new runtime.v1.RuntimeService(`unix:${socketPath}`, credentials.createInsecure(), {
    // A unix socket's path is no name of a server.
    "grpc.default_authority": "localhost",
  });
  const call = (method: (typeof methods)[number], request: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const deadline = Date.now() + TIMEOUT_MS;
      client[method](request, { deadline }, (error, response) =>
        error === null ? resolve(response) : reject(error),
      );
    });
  const calls = methods.map((method) => [method, (request: object) => call(method, request)]);
  // Answers have the shapes of cri.proto, by the names of RuntimeService.
  return Object.assign(Object.fromEntries(calls), {
    close: () => client.close(),
  }) as RuntimeService;
}

type GrpcClient = Client &
  Record<
    (typeof methods)[number],
    (
      request: object,
      options: { readonly deadline: number },
      done: (error: ServiceError | null, response: unknown) => void,
    ) => void
  >;
