-- INT ids end at 2^31. The tables that grow with every step get 64 bits.
-- The change copies the tables: on a large shared database run it in a quiet hour (dbmate, or by hand) before the upgrade.

-- migrate:up

ALTER TABLE workflow_history MODIFY COLUMN id BIGINT NOT NULL AUTO_INCREMENT;
ALTER TABLE workflow_history_archive MODIFY COLUMN id BIGINT NOT NULL AUTO_INCREMENT;
ALTER TABLE workflow_compensations MODIFY COLUMN id BIGINT NOT NULL AUTO_INCREMENT;
ALTER TABLE workflow_timer_subscriptions MODIFY COLUMN id BIGINT NOT NULL AUTO_INCREMENT;

-- migrate:down

ALTER TABLE workflow_timer_subscriptions MODIFY COLUMN id INT NOT NULL AUTO_INCREMENT;
ALTER TABLE workflow_compensations MODIFY COLUMN id INT NOT NULL AUTO_INCREMENT;
ALTER TABLE workflow_history_archive MODIFY COLUMN id INT NOT NULL AUTO_INCREMENT;
ALTER TABLE workflow_history MODIFY COLUMN id INT NOT NULL AUTO_INCREMENT;
