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
      outboxState: async (eventId) => {
        const relayed = storage.database.relayed.get(eventId);
        if (!storage.database.outbox.has(eventId)) return undefined;
        return {
          status: relayed?.status ?? 'pending',
          attempts: relayed?.attempts ?? 0,
          error: relayed?.error ?? null,
        };
      },
      insertSiblingEvent: async (eventId, sending = false) => {
        storage.database.outbox.set(eventId, {
          eventId,
          eventType: 'sibling.event',
          eventSource: 'sibling',
          data: '{"from": "sibling"}',
          binary: null,
          contentType: 'application/json',
        });
        if (sending) storage.database.relayed.set(eventId, { status: 'processing', attempts: 0, error: null });
      },
      giveUpAsSibling: async (eventId, status) => {
        const { relayed } = storage.database;
        relayed.set(eventId, { ...relayed.get(eventId), status, attempts: 3, error: 'Exceeded max retries (3)' });
      },
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
