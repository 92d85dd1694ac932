import type { Plugin } from "../../contract.ts";
import {
  type HostPort,
  readHostPort,
  readOneOf,
  readOptions,
  takeArguments,
  takeOne,
} from "../../corefile/arguments.ts";
import type { Directive } from "../../corefile/contract.ts";
import { httpListenerAt } from "../listeners.ts";
import { Readiness } from "./readiness.ts";

export const plugin: Plugin = {
  name: "ready",
  setup(directives, { shared, blockInstances }) {
    const { address, continuously } = readReady(directives);
    const listener = httpListenerAt(address, shared);
    const readiness = shared.ofConfiguration(
      `ready ${address.host}:${address.port}`,
      () => new Readiness(shared.isServing),
    );
    let giveBack = () => {};
    return {
      name: "ready",
      fastPath: { kind: "transparent" },
      async start() {
        readiness.watch(blockInstances(), continuously);
        giveBack = listener.route("/ready", () => readiness.reply());
        await listener.listen();
      },
      async beforeShutdown() {
        readiness.shutDown();
      },
      async stop() {
        giveBack();
      },
    };
  },
};

function readReady(directives: readonly Directive[]): {
  readonly address: HostPort;
  readonly continuously: boolean;
} {
  let address: HostPort = { host: "", port: 8181 };
  let continuously = false;
  for (const directive of directives) {
    const [token] = takeArguments(directive, "ready [ADDRESS]", { max: 1 });
    if (token !== undefined) address = readHostPort(token, "ready");
    readOptions(directive, {
      monitor: (option) => {
        const mode = takeOne(option, "monitor until-ready|continuously");
        continuously =
          readOneOf(mode, "monitor", ["until-ready", "continuously"]) === "continuously";
      },
    });
  }
  return { address, continuously };
}
