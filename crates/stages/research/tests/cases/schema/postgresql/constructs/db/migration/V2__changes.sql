ALTER TABLE customers
    ADD COLUMN phone varchar(20) NOT NULL DEFAULT '',
    ADD COLUMN IF NOT EXISTS phone text,
    ADD country char(2) CONSTRAINT country_once UNIQUE,
    DROP COLUMN raw,
    DROP COLUMN IF EXISTS never_was,
    ALTER COLUMN score TYPE double precision USING score::double precision,
    ALTER score SET NOT NULL,
    ALTER COLUMN amount DROP DEFAULT,
    ALTER COLUMN code SET DEFAULT 'AAAA',
    ALTER COLUMN joined DROP NOT NULL;
ALTER TABLE ONLY customers RENAME COLUMN weight TO mass;
ALTER TABLE customers RENAME "Nick Name" TO nick;
ALTER TABLE order_lines RENAME TO lines;
ALTER TABLE lines RENAME CONSTRAINT order_lines_order_id_fkey TO lines_order;
ALTER TABLE lines DROP CONSTRAINT lines_order;
ALTER TABLE lines ADD CONSTRAINT lines_order FOREIGN KEY (order_id) REFERENCES orders NOT VALID;
ALTER TABLE lines VALIDATE CONSTRAINT lines_order;
ALTER TABLE customers DROP CONSTRAINT customers_mail_key;
ALTER INDEX orders_customer_id_idx RENAME TO orders_by_customer;
ALTER TYPE order_state RENAME TO state;
ALTER TYPE state ADD VALUE 'lost';
ALTER TABLE audit.entries SET SCHEMA public;

CREATE TABLE likes (LIKE orders INCLUDING ALL, extra int);
CREATE TABLE copies AS SELECT * FROM lines;
CREATE TABLE people (id int PRIMARY KEY, name text);
CREATE TABLE staff (salary numeric) INHERITS (people);
ALTER TABLE people ADD COLUMN room int NOT NULL DEFAULT 1;

CREATE TABLE readings (
    sensor int NOT NULL,
    taken date NOT NULL,
    value real,
    PRIMARY KEY (sensor, taken)
) PARTITION BY RANGE (taken);
CREATE TABLE readings_2025 PARTITION OF readings FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE readings_2026 (sensor int NOT NULL, taken date NOT NULL, value real, PRIMARY KEY (sensor, taken));
ALTER TABLE readings ATTACH PARTITION readings_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE readings ADD COLUMN unit text;
