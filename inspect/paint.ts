import { styleText } from "node:util";

export type Colour = "green" | "yellow" | "red";

/** For a terminal, whether or not this process has one; what is red is to be seen first, and bold. */
export function paint(colour: Colour, text: string): string {
  return styleText(colour === "red" ? ["bold", "red"] : colour, text, { validateStream: false });
}
