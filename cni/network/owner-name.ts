import type { Attachment } from "../contract.ts";

/**
 * An attachment as one word, which the kernel keeps as a link's alias and as a chain's name. Networks and container
 * IDs are of letters that both take; an interface's name may have any, and is then written in hexadecimal.
 */
export function ownerName({ network, containerId, ifname }: Attachment): string {
  const interfaceWord = plain.test(ifname) ? ifname : `.${Buffer.from(ifname).toString("hex")}`;
  return `${mark}/${network}/${containerId}/${interfaceWord}`;
}

/** Undefined for a word of somebody else. */
export function parseOwnerName(text: string): Attachment | undefined {
  const [start, network, containerId, word, ...rest] = text.split("/");
  if (start !== mark || !network || !containerId || !word || rest.length > 0) return undefined;
  const ifname = word.startsWith(".") ? Buffer.from(word.slice(1), "hex").toString() : word;
  return { network, containerId, ifname };
}

const mark = "cni";
const plain = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;
