export interface Configuration {
  readonly ports: readonly number[];
  readonly documentRoot: string;
}

/** Of an httpd.conf what a stand-in for files needs; what is missing is as in the image. */
export function configurationOf(text: string): Configuration {
  const lines = text.split("\n").map((line) => line.trim());
  const valuesOf = (name: string): readonly string[] =>
    lines.flatMap((line) => {
      const [first, value] = line.split(/\s+/);
      return first?.toLowerCase() === name && value !== undefined
        ? [value.replaceAll('"', "")]
        : [];
    });
  const ports = valuesOf("listen").map((value) => Number(value.split(":").at(-1)));
  return {
    ports: ports.length > 0 ? ports : [80],
    documentRoot: valuesOf("documentroot")[0] ?? "/usr/local/apache2/htdocs",
  };
}
