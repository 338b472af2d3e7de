/** One thing that is wrong with how an application declares or configures its workflows. */
export interface Mistake {
  /** Class, `Class.method`, or the option. */
  readonly where: string;
  readonly problem: string;
  readonly cure: string;
}
