/** What the exit code of confsync says to a script. Part of its contract; documented by `confsync --help`. */

/**
 * `failed`: tried and not done. `usage`: asked in a way that cannot be understood or run. `unhealthy`: asked how things are, and they are bad.
 * `unknown`: asked how things are, nothing bad was seen, and not everything could be seen.
 */
export const EXIT = { fine: 0, failed: 1, usage: 2, unhealthy: 3, unknown: 4 } as const;
/** See EXIT. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
