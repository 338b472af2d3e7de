import './cache-off.js';

await import('../engine/retries.spec.js');
