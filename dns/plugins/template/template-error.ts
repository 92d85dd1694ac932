/** A template that cannot be read, or cannot be filled in for a query. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}
