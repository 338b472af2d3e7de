import './cache-off.js';

await import('../engine/saga.spec.js');
