import './cache-off.js';

await import('../engine/starts.spec.js');
