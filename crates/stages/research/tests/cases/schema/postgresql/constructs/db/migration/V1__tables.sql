-- Every way to write a column.
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE TYPE order_state AS ENUM ('new', 'paid', 'sent');
CREATE TYPE "Channel" AS ENUM ('Web', 'Shop');
CREATE DOMAIN email AS varchar(320) CHECK (VALUE LIKE '%@%');
CREATE SCHEMA audit;

CREATE TABLE Customers (
    id serial PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    mail email UNIQUE,
    "Nick Name" text,
    joined timestamptz NOT NULL DEFAULT now(),
    born date,
    score float4 DEFAULT 0.5,
    weight float(30),
    active bool DEFAULT true NOT NULL,
    letter char,
    code character(4),
    amount numeric(12, 2) DEFAULT 0 CHECK (amount >= 0),
    whole decimal(5),
    tags text[] NOT NULL DEFAULT '{}',
    grid int[][],
    extra jsonb DEFAULT '{"a": "b;c"}'::jsonb,
    note varchar DEFAULT NULL,
    at_time time(3),
    lasted interval,
    mask bit(8),
    flags bit varying(16),
    raw bytea,
    CONSTRAINT customers_name_born_unique UNIQUE (name, born)
);

CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY,
    customer_id int NOT NULL REFERENCES customers ON DELETE CASCADE,
    state order_state NOT NULL DEFAULT 'new',
    channel "Channel",
    placed_at timestamp(3) without time zone DEFAULT (now() AT TIME ZONE 'utc'),
    net numeric(10,2) NOT NULL,
    gross numeric(10,2) GENERATED ALWAYS AS (net * 1.2) STORED,
    PRIMARY KEY (id)
);

CREATE TABLE order_lines (
    order_id bigint,
    line smallint,
    sku uuid DEFAULT gen_random_uuid(),
    quantity int4 NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, line),
    FOREIGN KEY (order_id) REFERENCES orders (id) ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
);

CREATE TABLE audit.entries (
    id bigserial PRIMARY KEY,
    order_id bigint REFERENCES public.orders(id),
    what text
);

CREATE INDEX ON orders (customer_id);
CREATE UNIQUE INDEX orders_open ON orders (customer_id) WHERE state = 'new';
CREATE UNIQUE INDEX customers_lower_mail ON customers (lower(mail), born DESC NULLS LAST);
CREATE UNIQUE INDEX order_lines_sku ON order_lines USING btree (sku);
CREATE INDEX IF NOT EXISTS customers_tags ON customers USING gin (tags);
CREATE INDEX customers_name_pattern ON customers (name varchar_pattern_ops) INCLUDE (born);

INSERT INTO customers (name, note) VALUES ('CREATE TABLE never (id int);', $$ it's; $$);

CREATE FUNCTION touched() RETURNS trigger AS $body$
BEGIN
    ALTER TABLE nothing ADD nothing int;
    RETURN NEW;
END;
$body$ LANGUAGE plpgsql;
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touched();
CREATE VIEW open_orders AS SELECT id, state FROM orders WHERE state = 'new';
