import { labStatus, notUp } from "#lab/machine/control/client.ts";
import { filesOf } from "#lab/machine/files.ts";
import { FairleadError } from "#observe/errors.ts";

interface ExecOptions {
  readonly folder: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly command: readonly string[];
  readonly stdin?: true;
  readonly tty?: true;
}

/** The Status that ends an exec (remotecommand of k8s.io/apimachinery). */
interface ExecStatus {
  readonly status?: string;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly causes?: readonly { reason?: string; message?: string }[] };
}

/** Runs a command in a pod over the API server; the exit status is the command's. */
export async function exec(options: ExecOptions): Promise<number> {
  const { folder, namespace, pod, container, command, stdin, tty } = options;
  if ((await labStatus(folder)) === undefined) throw notUp(folder);
  const { Exec, KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(filesOf(folder).kubeconfig);
  const input = stdin === true ? process.stdin : null;
  const isRaw = tty === true && input?.isTTY === true;
  const ended = Promise.withResolvers<ExecStatus>();
  if (isRaw) input.setRawMode(true);
  try {
    const socket = await new Exec(config).exec(
      namespace,
      pod,
      // The library has no way to leave the choice to the server but the empty name.
      container ?? "",
      [...command],
      process.stdout,
      process.stderr,
      input,
      tty === true,
      (status) => ended.resolve(status),
    );
    socket.onclose = () =>
      ended.resolve({ status: "Failure", message: "the connection was closed" });
    return exitStatusOf(await ended.promise);
  } catch (error) {
    throw asRefusal(error, pod);
  } finally {
    if (isRaw) input.setRawMode(false);
    process.stdin.destroy();
  }
}

function exitStatusOf({ status, reason, message, details }: ExecStatus): number {
  if (status === "Success") return 0;
  const code = details?.causes?.find((cause) => cause.reason === "ExitCode")?.message;
  if (reason === "NonZeroExitCode" && code !== undefined) return Number(code);
  throw new FairleadError("FL-M006", message ?? "the command could not be run");
}

function asRefusal(error: unknown, pod: string): unknown {
  if (error instanceof FairleadError) return error;
  // The WebSocket's failure is an event that holds the error.
  const inner =
    typeof error === "object" && error !== null && "error" in error ? error.error : error;
  const message = inner instanceof Error ? inner.message : String(inner);
  return new FairleadError("FL-M006", `cannot run a command in ${pod}: ${message}`, {
    cause: error,
  });
}
