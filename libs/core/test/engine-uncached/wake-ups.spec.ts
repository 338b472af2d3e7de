import './cache-off.js';

await import('../engine/wake-ups.spec.js');
