-- Channels, events and generations of Romancy for NestJS: nullable columns at the end of the shared tables, and tables of its own.

-- migrate:up

-- The first instance of a chain of generations (NULL: itself), and the message that started it
ALTER TABLE workflow_instances ADD COLUMN romancy_chain VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
ALTER TABLE workflow_instances ADD COLUMN romancy_started_by VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
CREATE INDEX idx_romancy_instances_chain ON workflow_instances (romancy_chain, romancy_started_at);

-- Milliseconds since the epoch, kept exactly; present where the row was written under the lock of its channel, so that ids are committed in order
ALTER TABLE channel_messages ADD COLUMN romancy_published_at BIGINT NULL;
-- By what waits tell messages apart; empty for none, NULL until a reader has found it out
ALTER TABLE channel_messages ADD COLUMN romancy_key VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL;
CREATE INDEX idx_romancy_messages_channel ON channel_messages (channel, id);
CREATE INDEX idx_romancy_messages_key ON channel_messages (channel, romancy_key, id);
CREATE INDEX idx_romancy_messages_foreign ON channel_messages (channel, romancy_published_at, published_at);

-- Our own position, which siblings do not move
ALTER TABLE channel_subscriptions ADD COLUMN romancy_cursor BIGINT NULL;
ALTER TABLE channel_subscriptions ADD COLUMN romancy_since BIGINT NULL;
ALTER TABLE channel_subscriptions ADD COLUMN romancy_seen LONGTEXT NULL;
CREATE INDEX idx_romancy_subscriptions_mode ON channel_subscriptions (channel, mode);

-- What parked instances wait for: messages with a greater id, and not older than that. Columns that are joined with shared ones are copied from there, with their collation.
CREATE TABLE IF NOT EXISTS romancy_waits (
    step_id VARCHAR(255) NOT NULL,
    wait_key VARCHAR(255) NULL,
    after_id BIGINT NOT NULL,
    since BIGINT NULL,
    PRIMARY KEY (instance_id, step_id, channel)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin
SELECT i.instance_id, '' AS step_id, c.channel, NULL AS wait_key, 0 AS after_id, NULL AS since FROM workflow_instances i, channel_messages c WHERE 1 = 0;
CREATE INDEX idx_romancy_waits_channel ON romancy_waits (channel, wait_key);
ALTER TABLE romancy_waits ADD CONSTRAINT fk_romancy_waits_instance FOREIGN KEY (instance_id) REFERENCES workflow_instances(instance_id) ON DELETE CASCADE;

-- Messages published inside a transaction of the application's; they get to their channels after its commit, in the order of their ids
CREATE TABLE IF NOT EXISTS romancy_staged_messages (
    id BIGINT AUTO_INCREMENT PRIMARY KEY,
    message_id VARCHAR(255) NOT NULL UNIQUE,
    channel VARCHAR(255) NOT NULL,
    data_type VARCHAR(10) NOT NULL,
    data LONGTEXT,
    data_binary LONGBLOB,
    metadata TEXT,
    message_key VARCHAR(255),
    published_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A publisher holds the row of its channel until it has committed. Channels share rows, which costs a little waiting and nothing else.
CREATE TABLE IF NOT EXISTS romancy_channel_locks (
    bucket INT NOT NULL PRIMARY KEY
) ENGINE=InnoDB
SELECT a.n + 4 * b.n + 16 * c.n + 64 * d.n + 256 * e.n AS bucket
FROM (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) a
CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) b
CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) c
CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) d
CROSS JOIN (SELECT 0 AS n UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) e;

-- migrate:down

DROP TABLE IF EXISTS romancy_channel_locks;
DROP TABLE IF EXISTS romancy_staged_messages;
DROP TABLE IF EXISTS romancy_waits;
DROP INDEX idx_romancy_subscriptions_mode ON channel_subscriptions;
ALTER TABLE channel_subscriptions DROP COLUMN romancy_seen;
ALTER TABLE channel_subscriptions DROP COLUMN romancy_since;
ALTER TABLE channel_subscriptions DROP COLUMN romancy_cursor;
DROP INDEX idx_romancy_messages_foreign ON channel_messages;
DROP INDEX idx_romancy_messages_key ON channel_messages;
DROP INDEX idx_romancy_messages_channel ON channel_messages;
ALTER TABLE channel_messages DROP COLUMN romancy_key;
ALTER TABLE channel_messages DROP COLUMN romancy_published_at;
DROP INDEX idx_romancy_instances_chain ON workflow_instances;
ALTER TABLE workflow_instances DROP COLUMN romancy_started_by;
ALTER TABLE workflow_instances DROP COLUMN romancy_chain;
