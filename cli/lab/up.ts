import type { LabOptions, Progress } from "#lab/machine/contract.ts";
import { filesOf } from "#lab/machine/files.ts";
import { defaultFolder } from "#lab/machine/plan.ts";
import { bringUp } from "#lab/machine/up.ts";
import type { CommandIo } from "../contract.ts";
import { paint } from "./paint.ts";

/** Steps go to standard output as they are done; with JSON one object a line. */
export async function up(
  options: LabOptions,
  format: "text" | "json",
  io: CommandIo,
): Promise<number> {
  const startMs = performance.now();
  const seconds = (): string => ((performance.now() - startMs) / 1000).toFixed(1);
  const print = (line: string): void => void io.stdout.write(`${line}\n`);
  const isJson = format === "json";
  const tell = ({ text }: Progress): void =>
    print(
      isJson
        ? JSON.stringify({ step: text, seconds: Number(seconds()) })
        : `${paint(io, "green", "✓")} ${text} ${paint(io, "gray", `${seconds()} s`)}`,
    );
  const outcome = await bringUp(options, tell, io.stop);
  const kubeconfig = filesOf(options.folder).kubeconfig;
  if (isJson)
    print(JSON.stringify({ ready: true, outcome, kubeconfig, seconds: Number(seconds()) }));
  else if (outcome === "was up") print("The cluster is up already.");
  else print(`The cluster is up after ${seconds()} s.`);
  if (!isJson) print(howToGoOn(options.folder, kubeconfig));
  return 0;
}

function howToGoOn(folder: string, kubeconfig: string): string {
  const named = folder === defaultFolder ? "" : ` --folder ${folder}`;
  const kubectl = folder === defaultFolder ? "" : `FAIRLEAD_LAB=${folder} `;
  return `
  export KUBECONFIG=${kubeconfig}
  ${kubectl}bin/fairlead lab kubectl get pods -A
  bin/fairlead lab status${named}
  bin/fairlead lab down${named}
`;
}
