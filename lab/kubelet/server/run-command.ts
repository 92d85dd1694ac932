import type { WebSocket } from "ws";
import { enterContainer, killEntered } from "../containers/enter.ts";
import type { RunningContainer } from "../containers/runtime.ts";
import { resizeTerminal, underTerminal } from "../containers/terminal.ts";
import { Channels, exitStatus, failureStatus } from "./channels.ts";

const notFound = 127;

/** A command beside the container's own, its streams over a WebSocket. It ends when the client goes. */
export function runCommand(
  socket: WebSocket,
  container: RunningContainer,
  query: URLSearchParams,
): void {
  const command = query.getAll("command");
  const isTerminal = query.get("tty") === "1";
  const env = isTerminal ? { TERM: "xterm", ...container.plan.env } : container.plan.env;
  const argv = isTerminal ? underTerminal(command) : command;
  const child = enterContainer(container, argv, env);
  const channels = new Channels(socket, {
    stdin: (chunk) => child.stdin.write(chunk),
    stdinEnd: () => child.stdin.end(),
    resize: (size) => {
      if (child.pid !== undefined) void resizeTerminal(child.pid, size);
    },
    gone: () => killEntered(child),
  });
  child.stdin.on("error", () => {});
  if (query.get("input") !== "1") child.stdin.end();
  let words = "";
  child.stdout.on("data", (chunk: Buffer) => channels.output("stdout", chunk));
  child.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk).slice(-512);
    channels.output("stderr", chunk);
  });
  child.once("error", (error) => channels.end(failureStatus(error.message)));
  child.once("close", (code) => {
    if (code === notFound && /^env: .*No such file/m.test(words)) {
      const [program = ""] = command;
      const why = `exec: "${program}": executable file not found in $PATH`;
      return channels.end(failureStatus(`error executing command in container: ${why}`));
    }
    channels.end(exitStatus(code ?? 137));
  });
}

/** The streams of the container's own command, for as long as it runs and the client stays. */
export function attach(
  socket: WebSocket,
  container: RunningContainer,
  query: URLSearchParams,
  isOnce: boolean,
): void {
  const hasInput = query.get("input") === "1";
  const channels = new Channels(socket, {
    stdin: (chunk) => {
      if (hasInput) container.stdin?.write(chunk);
    },
    stdinEnd: () => {
      if (hasInput && isOnce) container.stdin?.end();
    },
    resize: (size) => void resizeTerminal(container.pid, size),
    gone: () => {
      stop();
      if (hasInput && isOnce) container.stdin?.end();
    },
  });
  const stop = container.listen((stream, chunk) => channels.output(stream, chunk));
  void container.ended.then((code) => channels.end(exitStatus(code)));
}
