import type { PluginRequest, Rate } from "../../contract.ts";
import { Fields } from "../../json.ts";

export interface BandwidthOptions {
  /** Of what the container receives. */
  readonly ingress: Rate | undefined;
  /** Of what it sends. */
  readonly egress: Rate | undefined;
}

/** A burst in bytes has to fit the kernel's 32 bits. */
const LARGEST_BURST_BITS = 8 * 2 ** 32;

/**
 * Rates of the configuration itself, else those of runtimeConfig.bandwidth; in bits, and bits a second.
 * @throws CniError 7 naming key and value
 */
export function readBandwidth({ configuration }: PluginRequest): BandwidthOptions {
  const own = new Fields(configuration.raw);
  const asked = new Fields(configuration.runtimeConfig, "runtimeConfig").child("bandwidth");
  const isStatic = ["ingressRate", "ingressBurst", "egressRate", "egressBurst"].some((key) =>
    own.integer(key),
  );
  const fields = isStatic ? own : (asked ?? new Fields({}));
  return { ingress: readRate(fields, "ingress"), egress: readRate(fields, "egress") };
}

function readRate(fields: Fields, direction: "ingress" | "egress"): Rate | undefined {
  const [rateKey, burstKey] = [`${direction}Rate`, `${direction}Burst`];
  const bitsPerSecond = fields.integer(rateKey) ?? 0;
  const burstBits = fields.integer(burstKey) ?? 0;
  if (bitsPerSecond < 0) throw fields.fault(rateKey, `${bitsPerSecond} is negative`);
  if (burstBits < 0) throw fields.fault(burstKey, `${burstBits} is negative`);
  if (bitsPerSecond === 0 && burstBits === 0) return undefined;
  if (bitsPerSecond === 0) throw fields.fault(rateKey, `must be set along with ${burstKey}`);
  if (burstBits === 0) throw fields.fault(burstKey, `must be set along with ${rateKey}`);
  if (burstBits >= LARGEST_BURST_BITS)
    throw fields.fault(burstKey, `${burstBits} bits are too many: a burst is below 4 GiB`);
  return { bitsPerSecond, burstBits };
}
