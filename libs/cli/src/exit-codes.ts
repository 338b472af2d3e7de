/** What the process answers with. Stable: scripts may rely on them. */
export const EXIT = {
  ok: 0,
  /** Something unforeseen, or an answer that makes no sense. */
  failed: 1,
  /** The command line is not understood. */
  usage: 2,
  /** The database or the application cannot be reached, or is none. */
  unreachable: 3,
  /** There is no such instance, workflow or route. */
  notFound: 4,
  /** The state of the instance does not allow it, or the input is refused. */
  refused: 5,
  /** The tables are missing or out of date. */
  notMigrated: 6,
  /** `replay`: the present code does not fit a history. */
  differs: 7,
  /** `doctor`: something needs attention. */
  unhealthy: 8,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
