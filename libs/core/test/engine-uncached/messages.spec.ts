import './cache-off.js';

await import('../engine/messages.spec.js');
