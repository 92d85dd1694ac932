/** One sample of a Prometheus exposition, its labels as written. */
export interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/** Reads the text format (Prometheus exposition formats, text 0.0.4); comments and what is no sample are passed over. */
export function parseExposition(text: string): Sample[] {
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+\d+)?$/.exec(line);
    if (found === null) continue;
    const [, name = "", labels = "", value = ""] = found;
    samples.push({ name, labels, value: Number(value.replace("Inf", "Infinity")) });
  }
  return samples;
}

/** Sum of a family over its labels; undefined when it is not exported. */
export function sumOf(samples: readonly Sample[], name: string): number | undefined {
  const own = samples.filter((sample) => sample.name === name);
  return own.length === 0 ? undefined : own.reduce((sum, sample) => sum + sample.value, 0);
}
