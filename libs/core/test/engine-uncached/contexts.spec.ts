import './cache-off.js';

await import('../engine/contexts.spec.js');
