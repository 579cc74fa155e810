//! groundplan-render
