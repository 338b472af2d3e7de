import './cache-off.js';

await import('../engine/back-pressure.spec.js');
