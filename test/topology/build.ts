import type { Place, Topology, TopologySpec } from "./contract.ts";
import { createPlace, type OwnedPlace } from "./place.ts";
import { type PlacePlan, planTopology, SWITCH } from "./plan.ts";

/**
 * Builds the places and joins them. When something fails, what has been built is taken down again.
 * @throws Error with the failed command and what it printed
 */
export async function buildTopology(spec: TopologySpec): Promise<Topology> {
  const plans = planTopology(spec);
  const places = new Map<string, OwnedPlace>();
  const close = async (): Promise<void> => {
    await allEnded([...places.values()].map((place) => place.close()));
  };
  try {
    await allEnded(
      plans.map(async ({ name, addresses }) => {
        places.set(name, await createPlace(name, addresses));
      }),
    );
    await joinPlaces(plans, places);
  } catch (error) {
    await close();
    throw error;
  }
  return { place: (name) => known(places, name), close };
}

async function joinPlaces(
  plans: readonly PlacePlan[],
  places: ReadonlyMap<string, Place>,
): Promise<void> {
  const batch = (name: string, lines: readonly string[]): Promise<string> => {
    const text = lines.join("\n").replace(/@(.+?)@/g, (_, other) => `${known(places, other).pid}`);
    return known(places, name).run("ip", ["-batch", "-"], `${text}\n`);
  };
  await allEnded(
    plans.map(({ name, sysctls }) => known(places, name).run("sh", ["-eu"], writes(sysctls))),
  );
  // The other end of a link must not be in the way of one that is to come: the switch's bridge goes first.
  const [switches, others] = [true, false].map((is) =>
    plans.filter(({ name }) => (name === SWITCH) === is),
  );
  for (const group of [switches, others]) {
    await allEnded((group ?? []).map(({ name, links }) => batch(name, links)));
  }
  await allEnded(plans.map(({ name, addressing }) => batch(name, addressing)));
}

/** As Promise.all, but nothing of it still goes on when it rejects. */
async function allEnded(promises: readonly Promise<unknown>[]): Promise<void> {
  const ends = await Promise.allSettled(promises);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}

/** /proc/sys/net is that of the namespace which the writer is in. */
function writes(sysctls: Readonly<Record<string, string>>): string {
  return Object.entries(sysctls)
    .map(
      ([path, value]) =>
        `[ ! -e /proc/sys/net/${path} ] || echo ${value} > /proc/sys/net/${path}\n`,
    )
    .join("");
}

function known<P>(places: ReadonlyMap<string, P>, name: string): P {
  const found = places.get(name);
  if (found === undefined)
    throw new Error(`no place ${name} in the topology, only ${[...places.keys()].join(", ")}`);
  return found;
}
