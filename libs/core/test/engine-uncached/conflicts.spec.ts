import './cache-off.js';

await import('../engine/conflicts.spec.js');
