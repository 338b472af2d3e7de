export {
  acceptedEvent,
  eventInstanceId,
  eventMessageId,
  type AcceptedEvent,
  type DeliverReport,
  type EventStart,
} from './accepted-event.js';
export type { CloudEventValue, ExtensionValue } from './cloud-event.js';
export { checkEventData, issueOfData } from './event-data.js';
export type { EventIssue } from './event-issue.js';
export { readEvent } from './read-event.js';
export { keyOfEvent, storableKey } from './event-key.js';
export { eventMetadata, isJsonType, toEventMessage, type EventMessageOptions } from './event-message.js';
export { TARGET_EXTENSIONS, targetOf } from './event-target.js';
