export { RomancyHealthIndicator } from './romancy.health.js';
