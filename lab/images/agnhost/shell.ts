import { spawn } from "node:child_process";

/** /shell: what `sh -c` writes, both streams as one, and how it failed in Go's words. */
export function shell(command: string): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn("/bin/sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (piece: Buffer): void => {
      output += piece.toString();
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve(report(output, error.message)));
    child.on("close", (code, signal) => {
      const failed = signal === null ? `exit status ${code}` : `signal: ${signal}`;
      resolve(report(output, code === 0 ? undefined : failed));
    });
  });
}

function report(output: string, error: string | undefined): string {
  return JSON.stringify({
    ...(error === undefined ? {} : { error }),
    ...(output === "" ? {} : { output }),
  });
}
