import { expect, test } from "vitest";
import type { PortPlan } from "../contract.ts";
import { PendingServices } from "./pending.ts";

/** Only what the queue looks at. */
const plan = (id: string): PortPlan => ({ id }) as PortPlan; // the rest of the plan is nobody's business here

/** "web=http,https" as an update; "web=" is gone. */
function update(text: string) {
  const [name = "", ports = ""] = text.split("=");
  const ids = ports.split(",").filter((port) => port !== "");
  return { namespace: "shop", name, ports: ids.map((id) => plan(`${name}:${id}`)), revision: 1 };
}

function take(queue: PendingServices, limit: number): string {
  const { services, changes } = queue.take(limit);
  const ports = Array.from(changes, ([id, value]) => (value === undefined ? `-${id}` : id));
  return `${services.map(({ name }) => name).join(" ")}: ${ports.join(" ")}`;
}

test("ports that a Service has lost are changes too", () => {
  const queue = new PendingServices();
  queue.add(update("web=http,https"));
  expect(take(queue, 10)).toBe("web: web:http web:https");
  queue.add(update("web=https"));
  expect(take(queue, 10)).toBe("web: -web:http web:https");
  queue.add(update("web="));
  expect(take(queue, 10)).toBe("web: -web:https");
  queue.add(update("web="));
  expect(take(queue, 10)).toBe("web: ");
});

test("of several updates the last counts", () => {
  const queue = new PendingServices();
  queue.add(update("web=a"));
  queue.add(update("web=b"));
  expect(take(queue, 10)).toBe("web: web:b");
  expect(queue.size).toBe(0);
});

test("a batch ends with the Service that fills it, and none is split", () => {
  const queue = new PendingServices();
  for (const text of ["a=1,2", "b=1,2,3", "c=1"]) queue.add(update(text));
  expect(take(queue, 3)).toBe("a b: a:1 a:2 b:1 b:2 b:3");
  expect(queue.size).toBe(1);
  expect(take(queue, 3)).toBe("c: c:1");
});
