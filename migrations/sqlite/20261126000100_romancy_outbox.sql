-- The outbox: when an event is tried next, who sends it, what it belongs to. The order of insertion is the rowid.

-- migrate:up

ALTER TABLE outbox_events ADD COLUMN romancy_next_at BIGINT;
ALTER TABLE outbox_events ADD COLUMN romancy_claimed_by TEXT;
ALTER TABLE outbox_events ADD COLUMN romancy_claimed_until BIGINT;
ALTER TABLE outbox_events ADD COLUMN romancy_order_key TEXT;
ALTER TABLE outbox_events ADD COLUMN romancy_instance TEXT;
ALTER TABLE outbox_events ADD COLUMN romancy_attributes TEXT;

-- What is due, and what is left behind
CREATE INDEX IF NOT EXISTS idx_romancy_outbox_due ON outbox_events (status, romancy_next_at);
-- The oldest unfinished event of an order key
CREATE INDEX IF NOT EXISTS idx_romancy_outbox_order ON outbox_events (romancy_order_key, status) WHERE romancy_order_key IS NOT NULL;

-- migrate:down

DROP INDEX IF EXISTS idx_romancy_outbox_order;
DROP INDEX IF EXISTS idx_romancy_outbox_due;
ALTER TABLE outbox_events DROP COLUMN romancy_attributes;
ALTER TABLE outbox_events DROP COLUMN romancy_instance;
ALTER TABLE outbox_events DROP COLUMN romancy_order_key;
ALTER TABLE outbox_events DROP COLUMN romancy_claimed_until;
ALTER TABLE outbox_events DROP COLUMN romancy_claimed_by;
ALTER TABLE outbox_events DROP COLUMN romancy_next_at;
