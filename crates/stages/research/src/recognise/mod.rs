//! Recognition: libraries, described in `data/libraries`, found in an [`crate::outline::Outline`].

pub mod table;
