import './cache-off.js';

await import('../engine/waits-left-behind.spec.js');
