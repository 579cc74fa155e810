ALTER TABLE customers
  ADD COLUMN phone VARCHAR(20) NOT NULL AFTER `name`,
  ADD nick TINYTEXT FIRST,
  ADD INDEX by_phone (phone),
  ADD UNIQUE INDEX once (phone, kind),
  DROP COLUMN `flags`,
  MODIFY COLUMN small SMALLINT NOT NULL,
  CHANGE ratio share FLOAT DEFAULT 0.5,
  ALTER COLUMN price SET DEFAULT 1,
  ALTER active DROP DEFAULT,
  DROP INDEX by_made;
ALTER TABLE orders RENAME COLUMN `key` TO label, ADD CONSTRAINT UNIQUE KEY label_once (label);
ALTER TABLE orders DROP FOREIGN KEY fk_customer;
ALTER TABLE orders DROP KEY fk_customer;
CREATE TABLE lines_of (
  customer_id INT UNSIGNED NOT NULL,
  order_id BIGINT NOT NULL,
  n INT NOT NULL,
  PRIMARY KEY (customer_id, order_id)
);
ALTER TABLE orders ADD CONSTRAINT fk_again FOREIGN KEY (customer_id, id) REFERENCES lines_of (customer_id, order_id);
CREATE TABLE copies LIKE customers;
RENAME TABLE copies TO customers_old;
DROP INDEX by_phone ON customers_old;
ALTER TABLE lines_of DROP PRIMARY KEY, ADD PRIMARY KEY (order_id, customer_id), ADD KEY (customer_id, order_id);
ALTER TABLE orders DROP COLUMN paid;
SET @statement = (SELECT IF(
  EXISTS(SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'orders' AND column_name = 'late'),
  'SELECT 1', 'ALTER TABLE orders ADD COLUMN late DATE'));
PREPARE changes FROM @statement;
EXECUTE changes;
DEALLOCATE PREPARE changes;
