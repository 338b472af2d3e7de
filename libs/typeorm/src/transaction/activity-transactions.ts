import type { ActivityTransactions } from '@romancy/core';
import { TypeOrmActivityTransaction } from './activity-transaction.js';
import type { TransactionHost } from './transaction-host.js';

export class TypeOrmActivityTransactions implements ActivityTransactions {
  constructor(private readonly host: TransactionHost) {}

  create(label: string): TypeOrmActivityTransaction {
    return new TypeOrmActivityTransaction(this.host, label);
  }
}
