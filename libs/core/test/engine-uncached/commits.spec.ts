import './cache-off.js';

await import('../engine/commits.spec.js');
