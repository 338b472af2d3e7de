import './cache-off.js';

await import('../engine/cached-runs.spec.js');
