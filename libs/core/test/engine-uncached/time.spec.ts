import './cache-off.js';

await import('../engine/time.spec.js');
