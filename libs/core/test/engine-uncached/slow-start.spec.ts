import './cache-off.js';

await import('../engine/slow-start.spec.js');
