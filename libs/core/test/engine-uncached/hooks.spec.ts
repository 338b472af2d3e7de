import './cache-off.js';

await import('../engine/hooks.spec.js');
