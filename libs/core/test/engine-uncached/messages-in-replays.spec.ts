import './cache-off.js';

await import('../engine/messages-in-replays.spec.js');
