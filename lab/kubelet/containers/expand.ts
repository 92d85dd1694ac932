/** $(NAME) with the values that are known; what is unknown stays as it is, and $$ is a dollar sign. */
export function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(?:(\$)|\(([^)]*)\))/g, (whole, dollar, name) =>
    dollar === "$" ? "$" : (values[name] ?? whole),
  );
}
