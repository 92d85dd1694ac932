import { setTimeout as sleep } from "node:timers/promises";
import type { LinkPlace } from "../contract.ts";
import { CniError } from "../errors.ts";
import type { Sockets } from "./sockets.ts";

/** Between looks; the first are close together, as most links are up at once. */
const pausesMs = [0, 1, 2, 5, 10, 20, 50];
const longestMs = 5000;

/** @throws CniError 103 when its operational state is not up after 5 s */
export async function awaitUp(sockets: Sockets, place: LinkPlace): Promise<void> {
  await until(
    () => {
      if (sockets.brief(place)?.isRunning === true) return true;
      // It may be a second behind the link's carrier; kernels from 6.8 on bring it up to date for whoever asks so.
      const { operationalState } = sockets.link(place);
      return operationalState === "up" || operationalState === "unknown";
    },
    () => `link ${place.link} does not come up: ${sockets.link(place).operationalState}`,
  );
}

/** @throws CniError 103 when another machine has one of the link's addresses, or the kernel has not told after 5 s */
export async function awaitDetected(sockets: Sockets, place: LinkPlace): Promise<void> {
  const { index: linkIndex } = sockets.link(place);
  const addresses = () => sockets.in(place.netns).addresses({ family: 6, linkIndex });
  await until(
    () => addresses().every(({ tentative, duplicate }) => !tentative || duplicate),
    () => `addresses of ${place.link} are still tentative`,
  );
  const taken = addresses().find(({ duplicate }) => duplicate);
  if (taken !== undefined)
    throw new CniError(103, `address ${taken.address} of ${place.link} is another machine's, too`);
}

async function until(isSo: () => boolean, complaint: () => string): Promise<void> {
  let waitedMs = 0;
  for (let look = 0; !isSo(); look++) {
    if (waitedMs >= longestMs) throw new CniError(103, complaint());
    const pauseMs = pausesMs[Math.min(look, pausesMs.length - 1)] ?? 0;
    await sleep(pauseMs);
    waitedMs += pauseMs;
  }
}
