import type { EventNote } from "#cluster/events/contract.ts";
import type { RefusalCause, RefusalReport } from "./contract.ts";

const causes: Readonly<Record<RefusalCause, string>> = {
  "no-endpoints": "has had no ready endpoints since",
  "none-local-internal": "has internalTrafficPolicy Local and no ready endpoint on this node since",
  "none-local-external": "has externalTrafficPolicy Local and no ready endpoint on this node since",
  "source-ranges": "admits only its loadBalancerSourceRanges, seen since",
};

/** The Event that says it; its count is that of clients. */
export function noteOf(report: RefusalReport, nodeName: string): EventNote {
  const { port, reason, durationMs, clients, examples } = report;
  const { namespace, name } = port;
  const refused = reason === "refuse";
  const count = `${clients.isMore ? "more than " : ""}${clients.count}`;
  const who = clients.count === 1 ? "client" : "clients";
  const others = clients.count > examples.length ? ", …" : "";
  return {
    regarding: { kind: "Service", namespace, name },
    type: "Warning",
    reason: refused ? "ConnectionsRefused" : "ConnectionsDropped",
    message:
      `${count} ${who} ${refused ? "refused" : "dropped"} on node ${nodeName} in ${duration(durationMs)} ` +
      `(${examples.join(", ")}${others}): port ${portText(report)} ${causes[port.cause]} ${instant(port.sinceMs)}`,
    count: clients.count,
  };
}

function portText({ port: { portName, port, protocol } }: RefusalReport): string {
  return portName === "" ? `${port}/${protocol}` : `${portName} (${port}/${protocol})`;
}

function duration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function instant(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
