/**
 * Bytes that are no DNS message, or a value that no DNS message can carry. Bytes come from strangers, so a decoding
 * error is an everyday event: the server answers FORMERR and goes on.
 */
export class WireError extends Error {
  readonly code = "FL-D001";
  /** Where decoding stopped, from the start of the message (of the data, in an OPT record). Absent when encoding. */
  readonly offsetBytes: number | undefined;

  constructor(message: string, offsetBytes?: number) {
    super(offsetBytes === undefined ? message : `${message} (at byte ${offsetBytes})`);
    this.name = "WireError";
    this.offsetBytes = offsetBytes;
  }
}
