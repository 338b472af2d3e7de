import './cache-off.js';

await import('../engine/leases.spec.js');
