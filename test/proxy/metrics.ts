/** What the proxy counts, as Prometheus reads it on the node under test. */

import type { Scene, Step } from "./contract.ts";
import { text } from "./http.ts";
import { eventually } from "./steps.ts";

export const STATUS_URL = "http://127.0.0.1:10249";

/** The sum of a metric's series that have these labels, 0 where there is none. */
export async function metric(scene: Scene, name: string, ...labels: string[]): Promise<number> {
  const page = await text(scene, "n1", `${STATUS_URL}/metrics`);
  return page
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

/** A metric comes to have a value. */
export const counts = (expected: number, name: string, ...labels: string[]): Step =>
  eventually({
    title: `${name} of ${labels.join(" and ")} is ${expected}`,
    async run(scene) {
      const found = await metric(scene, name, ...labels);
      if (found !== expected) throw new Error(`it is ${found}`);
    },
  });

/** A step after which a metric is higher than before it. */
export const moves = (name: string, labels: readonly string[], step: Step): Step => ({
  title: `${step.title}, which moves ${name}`,
  async run(scene) {
    const before = await metric(scene, name, ...labels);
    await step.run(scene);
    await eventually({
      title: name,
      async run() {
        const after = await metric(scene, name, ...labels);
        if (!(after > before)) throw new Error(`${name} is still ${after}`);
      },
    }).run(scene);
  },
});
