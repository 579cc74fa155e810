//! Pictures: plain input structs to SVG and to terminal text.
//!
//! This module knows nothing of the architecture model. Somebody else maps the model to the
//! inputs here; the engine lays them out and draws them. Every function is pure, total (no input
//! makes it panic or fail) and deterministic: the same input gives the same bytes.
//!
//! | picture  | input               | SVG                                  | terminal                 |
//! |----------|---------------------|--------------------------------------|--------------------------|
//! | graph    | [`graph::Graph`]    | [`graph_svg`]                        | [`graph_text`]           |
//! | sequence | [`sequence::Sequence`] | [`sequence_svg`]                  | [`sequence_text`]        |
//! | entities | [`er::Er`]          | [`er_svg`]                           |                          |
//! | curves   | [`plot::LineChart`] | [`line_chart_svg`]                   |                          |
//! | panels   | [`plot::PanelChart`] | [`panel_chart_svg`]                 |                          |
//! | bars     | [`plot::BarChart`]  | [`bar_chart_svg`]                    |                          |
//! | ranges   | [`plot::RangeChart`] | [`range_chart_svg`]                 |                          |
//!
//! Lengths in SVG are CSS pixels, in terminal pictures character cells. An SVG is self-contained:
//! no script, no style sheet, no font and no link to anything outside it.

pub mod er;
pub mod graph;
pub mod layout;
pub mod measure;
pub mod plot;
pub mod sequence;
mod svg;
pub mod text;

pub use er::er_svg;
pub use graph::graph_svg;
pub use plot::{bar_chart_svg, line_chart_svg, panel_chart_svg, range_chart_svg};
pub use sequence::{sequence_svg, sequence_text};
pub use text::graph_text;
