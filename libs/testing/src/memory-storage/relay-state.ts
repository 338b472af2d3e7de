/** How far an event of the outbox has come. */
export interface RelayState {
  readonly status: 'pending' | 'processing' | 'published' | 'failed' | 'invalid' | 'expired';
  readonly attempts: number;
  readonly error: string | null;
  readonly nextAt?: number;
  readonly claimedBy?: string;
  readonly claimedUntil?: number;
  readonly publishedAt?: number;
}
