/** The images that there are stand-ins for. */
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import type { Image } from "./contract.ts";
import { type ImageName, parseImageReference } from "./reference.ts";

const fairlead = new URL("../../bin/fairlead", import.meta.url).pathname;

/** Of busybox's many programs those that differ from what a machine has under the same name, or that it may lack. */
const busyboxPrograms =
  "ash httpd nc nslookup ping ping6 sh telnet tftp traceroute udhcpc vi wget".split(" ");

type Describe = (name: ImageName, hasProgram: (program: string) => boolean) => Partial<Image>;

/** By the last component of the repository: mirrors keep that. */
const images: Readonly<Record<string, Describe>> = {
  fairlead: () => ({
    entrypoint: ["fairlead"],
    command: ["help"],
    programs: { fairlead: [fairlead] },
  }),
  busybox: (_, hasProgram) => ({ command: ["sh"], programs: busybox(hasProgram) }),
  alpine: (_, hasProgram) => ({ command: ["/bin/sh"], programs: busybox(hasProgram) }),
  debian: () => ({ command: ["bash"] }),
  ubuntu: () => ({ command: ["/bin/bash"] }),
  "jessie-dnsutils": () => ({ command: ["sleep", "infinity"] }),
  netshoot: () => ({ command: ["bash"] }),
  curl: () => ({ command: ["curl"] }),
  pause: () => ({ command: ["sleep", "infinity"] }),
};

/** The image of that reference, or undefined when nothing stands in for it. */
export function imageOf(
  reference: string,
  hasProgram: (program: string) => boolean = isOnPath,
): Image | undefined {
  const name = parseImageReference(reference);
  const describe = images[name.repository.split("/").at(-1) ?? ""];
  if (describe === undefined) return undefined;
  const nothing: Image = { entrypoint: [], command: [], env: {}, workingDir: "/", programs: {} };
  return { ...nothing, ...describe(name, hasProgram) };
}

/** Names of images that there are, for messages. */
export function imageNames(): readonly string[] {
  return Object.keys(images).sort();
}

function busybox(hasProgram: (program: string) => boolean): Image["programs"] {
  if (!hasProgram("busybox")) return {};
  return Object.fromEntries(busyboxPrograms.map((name) => [name, ["busybox", name]]));
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(":").some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
