CREATE TABLE note (id serial PRIMARY KEY, body text NOT NULL, pinned boolean NOT NULL DEFAULT false);
CREATE TABLE label (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
