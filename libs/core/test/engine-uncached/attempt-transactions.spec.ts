import './cache-off.js';

await import('../engine/attempt-transactions.spec.js');
