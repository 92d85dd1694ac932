import { fairleadVariant } from "./fairlead.ts";

/** The same server over node:dgram: what the batched transport is worth. */
export const fairleadDgram = fairleadVariant({
  name: "fairlead-dgram",
  env: { FAIRLEAD_DNS_TRANSPORT: "dgram" },
});
