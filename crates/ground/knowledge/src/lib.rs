//! groundplan-knowledge
