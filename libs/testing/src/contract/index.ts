export { storageContract } from './storage-contract.js';
export type { ForeignInstance, ForeignMessage, StorageSubject } from './subject.js';
