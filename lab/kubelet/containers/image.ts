import { imageNames, imageOf, scratch } from "../../images/catalogue.ts";
import type { Image } from "../../images/contract.ts";
import type { Container } from "../contract.ts";

export type FoundImage =
  | { readonly kind: "found"; readonly image: Image }
  | { readonly kind: "missing"; readonly message: string };

/** The stand-in for a container's image. One that says its command runs that, whatever its image. */
export function findImage({ image = "", command = [] }: Container): FoundImage {
  const found = imageOf(image);
  if (found !== undefined) return { kind: "found", image: found };
  if (command.length > 0) return { kind: "found", image: scratch };
  const message = `nothing stands in for the image "${image}", and the container has no command; there are ${imageNames().join(", ")}`;
  return { kind: "missing", message };
}
