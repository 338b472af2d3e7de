-- The outbox: when an event is tried next, who sends it, what it belongs to, and the order of insertion.
-- The last column copies the table: where it holds millions of published events, remove old ones before.

-- migrate:up

ALTER TABLE outbox_events ADD COLUMN romancy_next_at BIGINT NULL;
ALTER TABLE outbox_events ADD COLUMN romancy_claimed_by VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE outbox_events ADD COLUMN romancy_claimed_until BIGINT NULL;
ALTER TABLE outbox_events ADD COLUMN romancy_order_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE outbox_events ADD COLUMN romancy_instance VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE outbox_events ADD COLUMN romancy_attributes LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE outbox_events ADD COLUMN romancy_position BIGINT NOT NULL AUTO_INCREMENT UNIQUE;

-- What is due, and what is left behind
CREATE INDEX idx_romancy_outbox_due ON outbox_events (status, romancy_next_at, romancy_position);
-- The oldest unfinished event of an order key
CREATE INDEX idx_romancy_outbox_order ON outbox_events (romancy_order_key, status, romancy_position);

-- migrate:down

DROP INDEX idx_romancy_outbox_order ON outbox_events;
DROP INDEX idx_romancy_outbox_due ON outbox_events;
ALTER TABLE outbox_events DROP COLUMN romancy_position;
ALTER TABLE outbox_events DROP COLUMN romancy_attributes;
ALTER TABLE outbox_events DROP COLUMN romancy_instance;
ALTER TABLE outbox_events DROP COLUMN romancy_order_key;
ALTER TABLE outbox_events DROP COLUMN romancy_claimed_until;
ALTER TABLE outbox_events DROP COLUMN romancy_claimed_by;
ALTER TABLE outbox_events DROP COLUMN romancy_next_at;
