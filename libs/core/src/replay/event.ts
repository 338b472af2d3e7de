/** Families of recorded events, as far as the guard can tell them apart from a row. */
export type RecordedKind = 'activity' | 'sleep' | 'message';

export type Settlement =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** Something that has happened, decoded from a history row or about to become one. */
export interface HistoryEvent {
  readonly stepId: string;
  readonly kind: RecordedKind;
  /** Recorded activity name, where the row has one. */
  readonly name: string | undefined;
  /** Stamp in milliseconds (E6a). */
  readonly time: number;
  readonly settlement: Settlement;
  /** The recorded input as JSON text, for the guard; undefined where the row holds none. */
  readonly inputText?: string | undefined;
}
