//! groundplan-synthesis
