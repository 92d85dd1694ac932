import type { CommitResult, Operation } from "#linux/nft/contract.ts";
import type { LocalListener, NodeLocalParts } from "./contract.ts";
import { HeldAddresses } from "./held-addresses.ts";
import { baseOperations, type Family, familyOf, renewal, TABLE_NAME, tableOf } from "./table.ts";

/** How long queries still come here after the server has died without a word. */
const LIFE_MS = 2_000;
const RENEW_MS = 500;

/**
 * Makes addresses of the cluster's DNS this node's own, and lets queries for them come to the server of this process
 * for as long as it says that it lives.
 */
export class NodeLocal {
  readonly #parts: NodeLocalParts;
  readonly #held: HeldAddresses;
  #listeners: ReadonlyMap<Family, readonly LocalListener[]> = new Map();
  #timer: NodeJS.Timeout | undefined;
  /** Commits come one after another. */
  #turn: Promise<void> = Promise.resolve();

  /**
   * From here on a server can listen on the addresses; queries still go where they went.
   * @throws NetlinkError when the kernel does not let this node have the addresses
   */
  constructor(addresses: readonly string[], parts: NodeLocalParts) {
    this.#parts = parts;
    this.#held = new HeldAddresses(parts.route, addresses);
    parts.logger.info(
      { addresses, device: this.#held.device },
      "the cluster's DNS address is this node's own",
    );
  }

  /** Queries come to these from now on. */
  async serve(listeners: readonly LocalListener[]): Promise<void> {
    this.#listeners = Map.groupBy(listeners, ({ address }) => familyOf(address));
    await this.#renew();
    this.#timer = setInterval(() => void this.#renew(), RENEW_MS);
    this.#timer.unref();
  }

  /** Queries go to the cluster's DNS pods from now on. To be called before the server stops. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#turn;
    for (const family of this.#listeners.keys())
      if ((await this.#parts.nft.tables(tableOf(family).family)).includes(TABLE_NAME))
        await this.#commit(family, [{ kind: "deleteTable" }]);
    this.#listeners = new Map();
  }

  /** Gives the addresses up. To be called after the server has stopped. */
  release(): void {
    this.#held.release();
  }

  #renew(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      for (const [family, listeners] of this.#listeners) await this.#renewFamily(family, listeners);
    });
    return this.#turn;
  }

  async #renewFamily(family: Family, listeners: readonly LocalListener[]): Promise<void> {
    const { logger, nft } = this.#parts;
    try {
      const operations = renewal(listeners, LIFE_MS);
      if ((await this.#commit(family, operations)).ok) return;
      // It is not there yet, or somebody took it away.
      const isThere = (await nft.tables(tableOf(family).family)).includes(TABLE_NAME);
      const anew: Operation[] = isThere ? [{ kind: "deleteTable" }] : [];
      const make = (looksForSocket: boolean): Promise<CommitResult> =>
        this.#commit(family, [...anew, ...baseOperations(family, looksForSocket), ...operations]);
      let result = await make(true);
      if (!result.ok) {
        result = await make(false);
        if (result.ok)
          logger.info(
            { family },
            "no nft_socket: what pods ask waits for the lapse when the server dies",
          );
      }
      if (!result.ok)
        logger.error(
          { family, result },
          "queries go to the cluster's DNS pods: the kernel refuses the rules",
        );
    } catch (error) {
      logger.error({ err: error, family }, "queries go to the cluster's DNS pods");
    }
  }

  #commit(family: Family, operations: readonly Operation[]): Promise<CommitResult> {
    return this.#parts.nft.commit({ table: tableOf(family), operations });
  }
}
