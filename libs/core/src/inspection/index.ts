export type * from './history-item.js';
export type { InstanceDetail, InstanceOutcome } from './instance-detail.js';
export type { InstanceSummary, InstanceSummaryPage } from './instance-summary.js';
export { Inspector, type InspectorOptions } from './inspector.js';
export type { ActivityDuration, Overview, WorkerSummary } from './overview.js';
export type { StoredValue } from './stored-value.js';
export type { PendingMessage, SubscriptionView } from './subscription-view.js';
export type { OutboxView } from './outbox-view.js';
export type { WaitingFor } from './waiting-for.js';
