export * from './memory-storage/index.js';
export * from './virtual-clock.js';
