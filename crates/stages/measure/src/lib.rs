//! Proof of concept: a design's own queries on its own schema in a real database.
