import './cache-off.js';

await import('../engine/suspects.spec.js');
