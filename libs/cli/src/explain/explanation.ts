/** Why an instance is as it is, and what can be done about it. */
export interface Explanation {
  /** One sentence. */
  readonly summary: string;
  readonly reasons: readonly string[];
  readonly advice: readonly string[];
}
