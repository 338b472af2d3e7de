import './cache-off.js';

await import('../engine/sleep-until.spec.js');
