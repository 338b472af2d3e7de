import './cache-off.js';

await import('../engine/leadership.spec.js');
