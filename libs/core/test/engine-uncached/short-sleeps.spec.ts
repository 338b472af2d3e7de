import './cache-off.js';

await import('../engine/short-sleeps.spec.js');
