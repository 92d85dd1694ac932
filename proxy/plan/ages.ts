/** Since when endpoints of Services with slow start have been ready. */
import type { EndpointSlice } from "#cluster/contract.ts";

type Births = ReadonlyMap<string, number | undefined>;

export class Ages {
  readonly #byService = new Map<string, Births>();

  /**
   * Takes note of the ready endpoints of a Service. Those that are there when it is seen for the first time count as
   * old: after a restart of the proxy nothing starts slowly.
   * @returns when each of them was first seen ready, undefined for old ones
   */
  observe(service: string, slices: readonly EndpointSlice[], nowMs: number): Births {
    const known = this.#byService.get(service);
    const births = new Map<string, number | undefined>();
    for (const { endpoints } of slices) {
      for (const { ready, addresses } of endpoints) {
        const address = addresses[0];
        if (!ready || address === undefined) continue;
        const isNew = known !== undefined && !known.has(address);
        births.set(address, isNew ? nowMs : known?.get(address));
      }
    }
    this.#byService.set(service, births);
    return births;
  }

  forget(service: string): void {
    this.#byService.delete(service);
  }
}
