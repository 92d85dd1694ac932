import { versionInfo } from "../discovery/version.ts";

/** The one media type that kubectl asks for the document of version 2 in; it does not fall back to JSON. */
export const protobufMediaType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";

/** Its name in answers, where "@" may not stand (RFC 9110, 8.3.1). */
export const protobufContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/**
 * A Swagger 2.0 document in Protocol Buffers (google/gnostic, OpenAPIv2.proto) that describes no resource. kubectl wants it
 * before it applies a List, to look its items up in; what is not there is left to the server's own validation.
 */
export function emptyDocument(): string {
  return field(1, "2.0") + field(2, field(1, "Kubernetes") + field(2, versionInfo.gitVersion));
}

const bytesType = 2;

/** Text or a message of less than 128 octets, all of them ASCII. */
function field(number: number, content: string): string {
  return String.fromCharCode((number << 3) | bytesType, content.length) + content;
}
