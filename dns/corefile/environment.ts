/** What the file's `{$NAME}` and `{%NAME%}` stand for. */
export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\{\$([^{}]+)\}|\{%([^{}%]+)%\}/g;

/** Replaces references to environment variables in one word; an unset one is empty. Values are not expanded again. */
export function expandEnvironment(text: string, environment: Environment): string {
  return text.replace(
    REFERENCE,
    (_, unix: string | undefined, windows: string | undefined) =>
      environment[unix ?? windows ?? ""] ?? "",
  );
}
