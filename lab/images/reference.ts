/** The parts of an image's name that say what is in it. */
export interface ImageName {
  /** Without a registry and without the `library/` of official images: "nginx", "kennethreitz/httpbin". */
  readonly repository: string;
  /** "latest" when the reference has none, also where it has a digest. */
  readonly tag: string;
}

/**
 * Reads an image reference, `[REGISTRY/]REPOSITORY[:TAG][@DIGEST]`. The first component is a registry when it has a dot or a
 * colon or is "localhost" (github.com/distribution/reference).
 */
export function parseImageReference(reference: string): ImageName {
  const [named = ""] = reference.split("@");
  const [first = "", ...rest] = named.split("/");
  const path = rest.length > 0 && /[.:]|^localhost$/.test(first) ? rest.join("/") : named;
  const [, repository = path, tag = "latest"] = /^(.*?)(?::([^/:]*))?$/.exec(path) ?? [];
  return { repository: repository.replace(/^library\//, ""), tag };
}
