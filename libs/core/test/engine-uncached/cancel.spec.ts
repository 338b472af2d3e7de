import './cache-off.js';

await import('../engine/cancel.spec.js');
