//! Search of a design space: exhaustive with bounds while that can be complete, evolutionary beyond.
