import './cache-off.js';

await import('../engine/hooks-in-trouble.spec.js');
