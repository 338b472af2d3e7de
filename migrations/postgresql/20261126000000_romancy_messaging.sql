-- Channels, events and generations of Romancy for NestJS: nullable columns at the end of the shared tables, and tables of its own.

-- migrate:up

-- The first instance of a chain of generations (NULL: itself), and the message that started it
ALTER TABLE workflow_instances ADD COLUMN romancy_chain TEXT;
ALTER TABLE workflow_instances ADD COLUMN romancy_started_by TEXT;
CREATE INDEX IF NOT EXISTS idx_romancy_instances_chain ON workflow_instances (romancy_chain, romancy_started_at) WHERE romancy_chain IS NOT NULL;

-- Milliseconds since the epoch, kept exactly; present where the row was written under the lock of its channel, so that ids are committed in order
ALTER TABLE channel_messages ADD COLUMN romancy_published_at BIGINT;
-- By what waits tell messages apart; empty for none, NULL until a reader has found it out
ALTER TABLE channel_messages ADD COLUMN romancy_key TEXT;
-- Over expressions, so that each query has one index that fits and the planner nothing to choose
CREATE INDEX IF NOT EXISTS idx_romancy_messages_channel ON channel_messages ((channel || ''), (id + 0));
CREATE INDEX IF NOT EXISTS idx_romancy_messages_key ON channel_messages ((channel || ''), romancy_key, (id + 0));
CREATE INDEX IF NOT EXISTS idx_romancy_messages_unkeyed ON channel_messages ((channel || ''), (id + 0)) WHERE romancy_key IS NULL;
CREATE INDEX IF NOT EXISTS idx_romancy_messages_foreign ON channel_messages (('' || channel), published_at) WHERE romancy_published_at IS NULL;

-- Our own position, which siblings do not move
ALTER TABLE channel_subscriptions ADD COLUMN romancy_cursor BIGINT;
ALTER TABLE channel_subscriptions ADD COLUMN romancy_since BIGINT;
ALTER TABLE channel_subscriptions ADD COLUMN romancy_seen TEXT;
CREATE INDEX IF NOT EXISTS idx_romancy_subscriptions_mode ON channel_subscriptions (channel, mode);

-- What parked instances wait for: messages with a greater id, and not older than that
CREATE TABLE IF NOT EXISTS romancy_waits (
    instance_id TEXT NOT NULL,
    step_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    wait_key TEXT,
    after_id BIGINT NOT NULL,
    since BIGINT,
    PRIMARY KEY (instance_id, step_id, channel),
    FOREIGN KEY (instance_id) REFERENCES workflow_instances(instance_id) ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS idx_romancy_waits_channel ON romancy_waits (channel, wait_key);

-- Messages published inside a transaction of the application's; they get to their channels after its commit, in the order of their ids
CREATE TABLE IF NOT EXISTS romancy_staged_messages (
    id BIGSERIAL PRIMARY KEY,
    message_id TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    data_type TEXT NOT NULL,
    data TEXT,
    data_binary BYTEA,
    metadata TEXT,
    message_key TEXT,
    published_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- migrate:down

DROP TABLE IF EXISTS romancy_staged_messages;
DROP TABLE IF EXISTS romancy_waits;
DROP INDEX IF EXISTS idx_romancy_subscriptions_mode;
ALTER TABLE channel_subscriptions DROP COLUMN romancy_seen;
ALTER TABLE channel_subscriptions DROP COLUMN romancy_since;
ALTER TABLE channel_subscriptions DROP COLUMN romancy_cursor;
DROP INDEX IF EXISTS idx_romancy_messages_foreign;
DROP INDEX IF EXISTS idx_romancy_messages_unkeyed;
DROP INDEX IF EXISTS idx_romancy_messages_key;
DROP INDEX IF EXISTS idx_romancy_messages_channel;
ALTER TABLE channel_messages DROP COLUMN romancy_key;
ALTER TABLE channel_messages DROP COLUMN romancy_published_at;
DROP INDEX IF EXISTS idx_romancy_instances_chain;
ALTER TABLE workflow_instances DROP COLUMN romancy_started_by;
ALTER TABLE workflow_instances DROP COLUMN romancy_chain;
