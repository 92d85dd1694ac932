/** Random changes of a set of Services, and what a client must find after them. */
import type { Random } from "#test/fuzz/random.ts";
import type { Expectation, Manifest, ObjectWriter, Scene } from "./contract.ts";
import { service, slice } from "./objects.ts";
import { observe, refused, served, silent, sticky } from "./steps.ts";

const places = ["A", "B", "R", "S"];
const SERVICES = 24;

/** One Service as it should be; undefined when it is deleted. */
interface Wanted {
  readonly endpoints: readonly string[];
  readonly affine: boolean;
  readonly external: boolean;
}

export class Storm {
  readonly #random: Random;
  readonly #objects: ObjectWriter;
  readonly #wanted: (Wanted | undefined)[] = Array.from({ length: SERVICES }, () => undefined);
  changes = 0;

  constructor(random: Random, objects: ObjectWriter) {
    this.#random = random;
    this.#objects = objects;
  }

  /** Changes one Service after another until told to stop. */
  async blow(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) await this.#change(this.#random.below(SERVICES));
  }

  /** One sentence for each Service that is not as it should be, from a pod and from outside. */
  async complaints(scene: Pick<Scene, "agent">): Promise<readonly string[]> {
    const found = this.#wanted.flatMap((wanted, index) => {
      const outside = wanted?.external === true ? externalOf(index) : `${addressOf(index)}:80`;
      const clients = [
        { from: "C", to: `${addressOf(index)}:80` },
        { from: "X", to: outside },
      ];
      return clients.map(async ({ from, to }) => {
        const attempt = { from, transport: "tcp", to } as const;
        const wrong = await observe(scene, attempt, expectationOf(wanted));
        return wrong === undefined ? [] : [`storm-${index}, ${from} at ${to}: ${wrong}`];
      });
    });
    return (await Promise.all(found)).flat();
  }

  async #change(index: number): Promise<void> {
    const random = this.#random;
    const before = this.#wanted[index];
    const endpoints = places.filter(() => random.chance(60));
    const dice = random.below(100);
    this.changes++;
    if (before !== undefined && dice < 10) {
      this.#wanted[index] = undefined;
      await this.#objects.remove(...objectsOf(index, before));
      return;
    }
    const wanted =
      before !== undefined && dice < 75
        ? { ...before, endpoints }
        : { endpoints, affine: random.chance(30), external: random.chance(50) };
    this.#wanted[index] = wanted;
    const [front, back] = objectsOf(index, wanted);
    // Either may be first, as in a cluster.
    await this.#objects.apply(...(random.chance(50) ? [front, back] : [back, front]));
  }
}

const addressOf = (index: number): string => `10.96.200.${index + 1}`;
const externalOf = (index: number): string => `203.0.113.${200 + index}:80`;

function objectsOf(index: number, wanted: Wanted): readonly [Manifest, Manifest] {
  const name = `storm-${index}`;
  const spec = {
    clusterIP: addressOf(index),
    sessionAffinity: wanted.affine ? "ClientIP" : "None",
    externalIPs: wanted.external ? [`203.0.113.${200 + index}`] : [],
  };
  return [service(name, spec), slice(name, wanted.endpoints)];
}

function expectationOf(wanted: Wanted | undefined): Expectation {
  if (wanted === undefined) return silent;
  if (wanted.endpoints.length === 0) return refused;
  return wanted.affine ? sticky(wanted.endpoints) : served(wanted.endpoints);
}
