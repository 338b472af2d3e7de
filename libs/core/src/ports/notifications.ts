/** A hint from another process; the database is the truth (E23). */
export type Notice =
  /** Something was published. */
  | { readonly kind: 'message'; readonly channel: string; readonly key: string | null }
  /** An instance can go on: started unlocked, handed back, to be cancelled. */
  | { readonly kind: 'resumable'; readonly instanceId: string; readonly workflowName: string }
  /** An instance has ended. */
  | { readonly kind: 'ended'; readonly instanceId: string }
  /** Outbox rows wait. */
  | { readonly kind: 'outbox' };

export interface NoticeListener {
  onNotice(notice: Notice): void;
  /** Notices may have been missed: what they would have told has to be looked for. Also called when listening begins. */
  onGap(): void;
}

/** Messages between the processes of one database. Those that belong to a commit are sent by the stores, in its transaction. */
export interface Notifications {
  /** Listens, and connects again for as long as it takes. */
  listen(listener: NoticeListener): Promise<void>;
  /** Sends a hint that no commit carries. Never rejects. */
  send(notices: readonly Notice[]): Promise<void>;
  /** True while a connection listens: nothing has to be polled for. */
  readonly listening: boolean;
  stop(): Promise<void>;
}
