const factors: Readonly<Record<string, number>> = {
  "": 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** A resource.Quantity ("500m", "128Mi", "1e3") as a number; undefined for what is none. */
export function quantityValue(quantity: string): number | undefined {
  const [, digits = "", unit = ""] =
    /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(m|[kMGTP]|[KMGTP]i)?$/.exec(quantity) ?? [];
  const [factor, value] = [factors[unit], Number(digits)];
  return digits === "" || factor === undefined || Number.isNaN(value) ? undefined : value * factor;
}
