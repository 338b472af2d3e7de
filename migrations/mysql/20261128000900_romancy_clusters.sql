-- What servers that take writes side by side (Galera, group replication with several primaries) can compare: they know each other's changed
-- rows, and nothing of each other's locks. So what is locked elsewhere is changed there.

-- migrate:up

ALTER TABLE workflow_instances ADD COLUMN romancy_turn BIGINT NULL;
ALTER TABLE romancy_channel_locks ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;

-- migrate:down

ALTER TABLE romancy_channel_locks DROP COLUMN turn;
ALTER TABLE workflow_instances DROP COLUMN romancy_turn;
