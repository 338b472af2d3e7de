-- SERIAL ids end at 2^31. The tables that grow with every step get 64 bits; readers that know 32 are served until then.
-- The change rewrites the tables: on a large shared database run it in a quiet hour (dbmate, or by hand) before the upgrade.

-- migrate:up

ALTER TABLE workflow_history ALTER COLUMN id TYPE BIGINT;
ALTER SEQUENCE workflow_history_id_seq AS BIGINT;
ALTER TABLE workflow_history_archive ALTER COLUMN id TYPE BIGINT;
ALTER SEQUENCE workflow_history_archive_id_seq AS BIGINT;
ALTER TABLE workflow_compensations ALTER COLUMN id TYPE BIGINT;
ALTER SEQUENCE workflow_compensations_id_seq AS BIGINT;
ALTER TABLE workflow_timer_subscriptions ALTER COLUMN id TYPE BIGINT;
ALTER SEQUENCE workflow_timer_subscriptions_id_seq AS BIGINT;

-- migrate:down

ALTER SEQUENCE workflow_timer_subscriptions_id_seq AS INTEGER;
ALTER TABLE workflow_timer_subscriptions ALTER COLUMN id TYPE INTEGER;
ALTER SEQUENCE workflow_compensations_id_seq AS INTEGER;
ALTER TABLE workflow_compensations ALTER COLUMN id TYPE INTEGER;
ALTER SEQUENCE workflow_history_archive_id_seq AS INTEGER;
ALTER TABLE workflow_history_archive ALTER COLUMN id TYPE INTEGER;
ALTER SEQUENCE workflow_history_id_seq AS INTEGER;
ALTER TABLE workflow_history ALTER COLUMN id TYPE INTEGER;
