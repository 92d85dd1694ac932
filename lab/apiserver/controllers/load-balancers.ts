import { AddressRange } from "../allocation/address-range.ts";
import type { KubeObject, ObjectApi } from "../contract.ts";
import type { ServiceObject } from "../kinds/types.ts";
import type { Collection } from "../store/collection.ts";
import { EventRecorder } from "./events.ts";
import { QueueController } from "./queue-controller.ts";
import type { WorkloadParts } from "./workloads/parts.ts";

/** Gives Services of type LoadBalancer an address of the pool; who leads packets there is not its business. */
export class LoadBalancerController extends QueueController {
  readonly #services: Collection;
  readonly #objects: ObjectApi;
  readonly #pool: AddressRange;
  readonly #events: EventRecorder;
  /** Keys of Services by the address that they have. */
  readonly #holders = new Map<string, string>();
  readonly #waiting = new Set<string>();

  /** @throws FairleadError FL-A001 for a pool that is no CIDR */
  constructor({ store, objects, now, logger }: WorkloadParts, pool: string) {
    super("service", logger);
    this.#services = store.collection("services");
    this.#objects = objects;
    this.#pool = new AddressRange(pool, "load balancer pool");
    this.#events = new EventRecorder(objects, now, "service-controller");
    this.#services.observe(({ type, before, after }) => {
      const was = addressOf(before?.object);
      const is = type === "DELETED" ? undefined : addressOf(after.object);
      if (was !== undefined && was !== is) this.#free(was);
      if (is !== undefined) this.#holders.set(is, after.key);
      this.enqueue(after.key);
    });
  }

  #free(address: string): void {
    this.#holders.delete(address);
    for (const key of this.#waiting) this.enqueue(key);
  }

  protected sync(key: string): void {
    const service = this.#services.get(key)?.object as ServiceObject | undefined;
    this.#waiting.delete(key);
    if (service === undefined) return;
    const { type, loadBalancerClass } = service.spec;
    const address = addressOf(service);
    if (type === "LoadBalancer" && loadBalancerClass === undefined) {
      if (address === undefined) this.#give(key, service);
    } else if (address !== undefined && this.#pool.contains(address)) this.#report(service, {});
  }

  #give(key: string, service: ServiceObject): void {
    const wanted = service.spec.loadBalancerIP;
    const isUsed = (address: string) => this.#holders.has(address);
    const isFree = wanted !== undefined && this.#pool.contains(wanted) && !isUsed(wanted);
    const ip = wanted === undefined ? this.#pool.nextFree(isUsed) : isFree ? wanted : undefined;
    if (ip === undefined) {
      this.#waiting.add(key);
      const what = wanted === undefined ? "no address is free" : `${wanted} is not free`;
      this.#events.warning(
        service,
        "SyncLoadBalancerFailed",
        `Error syncing load balancer: failed to ensure load balancer: ${what} in ${this.#pool}`,
      );
      return;
    }
    this.#events.normal(service, "EnsuringLoadBalancer", "Ensuring load balancer");
    this.#report(service, { ingress: [{ ip, ipMode: "VIP" }] });
    this.#events.normal(service, "EnsuredLoadBalancer", "Ensured load balancer");
  }

  #report(service: ServiceObject, loadBalancer: object): void {
    this.#objects.replace({ ...service, status: { ...service.status, loadBalancer } }, "status");
  }
}

function addressOf(service: KubeObject | undefined): string | undefined {
  return (service as ServiceObject | undefined)?.status?.loadBalancer?.ingress?.[0]?.ip;
}
