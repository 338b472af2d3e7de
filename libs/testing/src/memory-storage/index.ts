export * from './faults.js';
export * from './memory-database.js';
export * from './memory-storage.js';
export { MemoryTransaction } from './transaction.js';
export { MemorySibling, type ForeignInstanceRow } from './sibling.js';
