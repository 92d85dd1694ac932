import { hasErrno } from "#observe/errno.ts";
/** What `read` gives; `otherwise` for a file or folder that is gone by now. */
export function unlessGone<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read();
  } catch (error) {
    if (hasErrno(error, "ENOENT", "ENOTDIR", "ESRCH")) return otherwise;
    throw error;
  }
}
