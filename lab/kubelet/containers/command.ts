import type { Image } from "../../images/contract.ts";
import type { Container } from "../contract.ts";
import { expand } from "./expand.ts";

/** What is run: command replaces entry point and command of the image, args its command alone. */
export function argvOf(
  { command = [], args = [] }: Container,
  image: Pick<Image, "entrypoint" | "command">,
  env: Readonly<Record<string, string>>,
): readonly string[] {
  const expanded = (words: readonly string[]): readonly string[] =>
    words.map((word) => expand(word, env));
  if (command.length > 0) return [...expanded(command), ...expanded(args)];
  return [...image.entrypoint, ...(args.length > 0 ? expanded(args) : image.command)];
}
