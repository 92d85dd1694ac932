/** What a command of `fairlead` is. Each lives in a file of its own and has no logic beyond reading its flags. */

/** The process as commands see it, so that tests run them in-process. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: {
    write(text: string): unknown;
    /** It is a terminal. */
    readonly isTTY?: boolean | undefined;
  };
  readonly stderr: {
    write(text: string): unknown;
    /** Width of the terminal, where it is one. */
    readonly columns?: number | undefined;
  };
  /** Aborts at the first SIGINT or SIGTERM: a daemon then ends gracefully. */
  readonly stop: AbortSignal;
  /** Calls back at each SIGUSR1: a daemon then reads its configuration again. Absent where nobody can ask for it. */
  readonly onReload?: (listener: () => void) => void;
}

/** Runs with the words behind the command's name; resolves to the exit status. */
export type Run = (args: readonly string[], io: CommandIo) => Promise<number>;

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Loaded lazily, so that one command does not pay for the imports of another. */
  readonly load: () => Promise<{ readonly run: Run }>;
}
