import './cache-off.js';

await import('../engine/logs.spec.js');
