//! groundplan-discover
