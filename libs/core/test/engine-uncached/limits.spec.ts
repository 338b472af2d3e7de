import './cache-off.js';

await import('../engine/limits.spec.js');
