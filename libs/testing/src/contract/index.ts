export { storageContract } from './storage-contract.js';
export type { ForeignInstance, StorageSubject } from './subject.js';
