//! groundplan-syntax
