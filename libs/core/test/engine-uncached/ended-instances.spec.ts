import './cache-off.js';

await import('../engine/ended-instances.spec.js');
