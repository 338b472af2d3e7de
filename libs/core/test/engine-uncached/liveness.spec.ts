import './cache-off.js';

await import('../engine/liveness.spec.js');
