CREATE TABLE label (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
