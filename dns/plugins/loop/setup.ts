import { FairleadError } from "#observe/errors.ts";
import type { Handler, Plugin, Query } from "../../contract.ts";
import { readOptions, takeArguments } from "../../corefile/arguments.ts";
import { Rcode, RecordType } from "../../wire/constants.ts";
import { LoopDetector, TIMES } from "./detector.ts";
import { randomName, sendProbe } from "./probe.ts";

const NAME = "loop";

export const plugin: Plugin = {
  name: NAME,
  setup([directive], { zones, served, shared, logger }) {
    if (directive === undefined) throw new RangeError("setup needs a directive");
    takeArguments(directive, NAME, { max: 0 });
    readOptions(directive, {});
    const [zone = "."] = zones;
    const [listener] = served;
    if (listener === undefined) throw new RangeError("a server block is served somewhere");
    const detector = new LoopDetector({
      randomName: () => randomName(zone),
      send: (name) => sendProbe(name, listener),
      times: TIMES,
    });
    const onLoop = (query: Query) => {
      detector.stop();
      const error = loopError(query, zone);
      logger.child({ plugin: NAME }).error({}, error.message);
      shared.onFatal(error);
    };
    return {
      name: NAME,
      // Probes are for names that nobody has.
      fastPath: { kind: "transparent" },
      handler: loopHandler(detector, onLoop),
      async start() {
        // The listeners open after this: the probes wait for them, the start does not wait for the probes.
        void detector.run();
      },
      async stop() {
        detector.stop();
      },
    };
  },
};

/** Looks for probes among the queries, and stops the one that proves a loop. */
function loopHandler(detector: Pick<LoopDetector, "see">, onLoop: (query: Query) => void): Handler {
  return {
    async serve(query, next) {
      const { name, type } = query.question;
      if (type !== RecordType.HINFO || !detector.see(name)) return next(query);
      onLoop(query);
      return { kind: "refused", rcode: Rcode.SERVFAIL, plugin: NAME };
    },
  };
}

function loopError({ client, server, question }: Query, zone: string): FairleadError {
  const host = client.family === 6 ? `[${client.address}]` : client.address;
  return new FairleadError(
    "FL-D030",
    `Loop (${host}:${client.port} -> ${server}) detected for zone "${zone}": ` +
      `the query "HINFO ${question.name}" that this server sent to itself was forwarded back to it`,
  );
}
