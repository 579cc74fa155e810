//! groundplan-plan
