import './cache-off.js';

await import('../engine/retry.spec.js');
