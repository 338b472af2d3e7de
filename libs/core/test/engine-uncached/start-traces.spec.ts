import './cache-off.js';

await import('../engine/start-traces.spec.js');
