import './cache-off.js';

await import('../engine/unknown-commit.spec.js');
