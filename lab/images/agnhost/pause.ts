/** Sleeps until SIGTERM or SIGINT. */
export function pause(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => undefined, 1 << 30); // a signal handler alone keeps no process
    for (const signal of ["SIGTERM", "SIGINT"] as const)
      process.once(signal, () => {
        clearInterval(timer);
        resolve();
      });
    process.stdout.write("Paused\n");
  });
}
