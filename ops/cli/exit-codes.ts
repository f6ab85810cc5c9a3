/** What the exit code of confsync says to a script. Part of its contract; documented by `confsync --help`. */

/** `failed`: tried and not done. `usage`: asked in a way that cannot be understood or run. `unhealthy`: asked how things are, and they are bad. */
export const EXIT = { fine: 0, failed: 1, usage: 2, unhealthy: 3 } as const;
/** See EXIT. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
