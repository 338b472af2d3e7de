export * from './memory-storage/index.js';
