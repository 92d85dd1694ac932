import type { ObjectApi } from "#lab/apiserver/contract.ts";
import type { Place } from "#test/topology/contract.ts";
import { references } from "./objects.ts";

interface Slice {
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
  }[];
}

/**
 * What a Service proxy does for one address, with nft and conntrack: one of the ready endpoints by chance, and no flow
 * stays with one that has gone.
 */
export class ServiceAddress {
  readonly #node: Place;
  readonly #objects: ObjectApi;
  readonly #address: string;
  #backends: readonly string[] = [];
  #work: Promise<void> = Promise.resolve();

  constructor(node: Place, objects: ObjectApi, address: string) {
    this.#node = node;
    this.#objects = objects;
    this.#address = address;
  }

  get backends(): readonly string[] {
    return this.#backends;
  }

  async follow(): Promise<void> {
    const slices = this.#objects
      .list(references.slice, "kube-system")
      .filter(
        ({ object }) => object.metadata.labels?.["kubernetes.io/service-name"] === "kube-dns",
      );
    const ready = slices.flatMap(({ object }) =>
      // The API server holds objects of this kind to this form.
      ((object as Slice).endpoints ?? [])
        .filter(({ conditions }) => conditions?.ready !== false)
        .flatMap(({ addresses }) => addresses),
    );
    const backends = [...new Set(ready)].sort();
    if (backends.join() === this.#backends.join()) return this.#work;
    const gone = this.#backends.filter((address) => !backends.includes(address));
    this.#backends = backends;
    this.#work = this.#work.then(() => this.#program(backends, gone));
    return this.#work;
  }

  async #program(backends: readonly string[], gone: readonly string[]): Promise<void> {
    const choices = backends.map((address, index) => `${index} : ${address}`).join(", ");
    const rules = ["udp", "tcp"].map(
      (protocol) =>
        `ip daddr ${this.#address} ${protocol} dport 53 ` +
        (backends.length === 0
          ? "drop"
          : `dnat to numgen random mod ${backends.length} map { ${choices} }`),
    );
    const chains = ["prerouting", "output"].map(
      (hook) => `chain ${hook} { type nat hook ${hook} priority -100\n${rules.join("\n")}\n}`,
    );
    const table = "table ip services";
    await this.#node.run(
      "nft",
      ["-f", "-"],
      `${table}\ndelete ${table}\n${table} {\n${chains.join("\n")}\n}\n`,
    );
    for (const address of gone) {
      const flows = ["-D", "-p", "udp", "--orig-dst", this.#address, "--reply-src", address];
      // It ends with 1 where there is no such flow.
      await this.#node.run("conntrack", flows).catch(() => "");
    }
  }
}
