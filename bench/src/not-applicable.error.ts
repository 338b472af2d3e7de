/** A peer lacks what a workload needs, or a database is none for it. */
export class NotApplicableError extends Error {}
