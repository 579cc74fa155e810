//! groundplan-evaluate
