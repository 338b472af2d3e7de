import './cache-off.js';

await import('../engine/inspector.spec.js');
