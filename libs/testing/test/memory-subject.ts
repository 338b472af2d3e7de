import type { ActivityTransaction } from '@romancy/core';
import { MemoryStorage, MemoryTransaction, type MemoryStorageOptions } from '@romancy/testing';
import type { StorageSubject } from '../src/contract/index.js';

export function openMemory(options: MemoryStorageOptions = {}): () => Promise<StorageSubject> {
  return async () => {
    const storage = new MemoryStorage(options);
    await storage.open();
    return {
      storage,
      connect: async () => storage.connect(),
      effect: (transaction, key) => memoryTransaction(transaction).effect(key),
      effects: async () => storage.effects,
      inTransaction: async (work) => {
        const transaction = storage.transactions.create('user');
        try {
          await work(transaction);
        } catch (error) {
          await transaction.rollback();
          throw error;
        }
        await transaction.commit([]);
      },
      outboxEvent: async (eventId) => storage.outbox.find((event) => event.eventId === eventId),
      insertForeign: async (instance) => storage.insertForeign(instance),
      beginForeignMessage: async (message) => {
        const commit = storage.sibling.beginMessage({ ...message, binary: null });
        return async () => commit();
      },
      claimForeign: async (messageId) => storage.sibling.claim(messageId),
      archivedHistory: async (instanceId) => storage.database.archive.get(instanceId) ?? [],
      elapse: async (milliseconds) => storage.database.shiftClock(milliseconds),
      close: () => storage.close(),
    };
  };
}

function memoryTransaction(transaction: ActivityTransaction): MemoryTransaction {
  if (!(transaction instanceof MemoryTransaction)) throw new TypeError('This is not a transaction of MemoryStorage.');
  return transaction;
}
