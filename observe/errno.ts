/** Whether it is an error of Node's with one of these names of errno(3), such as "ENOENT". */
export function hasErrno(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && "code" in error && names.some((name) => error.code === name);
}
