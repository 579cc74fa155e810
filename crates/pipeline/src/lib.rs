//! groundplan-pipeline
