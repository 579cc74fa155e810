//! The discrete-event engine: a plant walked event by event.
