//! groundplan-check
