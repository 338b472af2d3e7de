import './cache-off.js';

await import('../engine/results.spec.js');
