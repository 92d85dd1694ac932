/** Rival rule sets, written by `nft -f -` in the namespace that this program is started in, as their proxies do. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { answerCalls } from "../../calls.ts";
import type { ChangeKind } from "../contract.ts";
import { endpointsPerService } from "../data/mix.ts";
import { chainPerEndpoint, mapPerService } from "../data/rival-rules.ts";

interface LoadRequest {
  readonly shape: string;
  readonly services: number;
}

interface ChangeRequest {
  readonly shape: string;
  readonly kind: ChangeKind;
  readonly index: number;
  readonly round: number;
}

const shapes = [chainPerEndpoint, mapPerService];

function shapeOf(name: string) {
  const found = shapes.find((shape) => shape.name === name);
  if (found === undefined) throw new Error(`there is no shape ${name}`);
  return found;
}

/** Milliseconds from the program's start to its end. The text is made before. */
async function nft(text: string): Promise<number> {
  const startMs = performance.now();
  const child = spawn("nft", ["-f", "-"], { stdio: ["pipe", "ignore", "pipe"] });
  let complaints = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(0, 600);
  });
  child.stdin.on("error", () => {}); // It has not read all of it; its status tells more.
  child.stdin.end(text);
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`nft ended with ${status}: ${complaints}`);
  return performance.now() - startMs;
}

const calls = {
  load: ({ shape, services }: LoadRequest): Promise<number> => nft(shapeOf(shape).load(services)),
  change: ({ shape, kind, index, round }: ChangeRequest): Promise<number> => {
    const rival = shapeOf(shape);
    switch (kind) {
      case "swap":
        return nft(rival.swapEndpoint(index, round));
      case "count": {
        const [more, fewer] = [endpointsPerService, endpointsPerService - 1];
        const [from, to] = round % 2 === 1 ? [more, fewer] : [fewer, more];
        return nft(rival.resize(index, from, to));
      }
      case "add":
        return nft(rival.addService(index));
      case "remove":
        return nft(rival.removeService(index));
    }
  },
};
export type RivalCalls = typeof calls;

if (import.meta.main) answerCalls(calls);
