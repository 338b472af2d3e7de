/** One thing that is wrong with an event. */
export interface EventIssue {
  /** The attribute, or the place in the data (`data.items.0.sku`); empty for the event as a whole. */
  readonly path: string;
  readonly message: string;
}
