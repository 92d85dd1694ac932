/** What `read` gives; `otherwise` for a file or folder that is gone by now. */
export function unlessGone<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && "code" in error && isGone(error.code)) return otherwise;
    throw error;
  }
}

const isGone = (code: unknown): boolean =>
  code === "ENOENT" || code === "ENOTDIR" || code === "ESRCH";
