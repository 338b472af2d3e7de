import './cache-off.js';

await import('../engine/blocking.spec.js');
