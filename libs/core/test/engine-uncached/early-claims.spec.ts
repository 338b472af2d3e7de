import './cache-off.js';

await import('../engine/early-claims.spec.js');
