//! Small charts: a curve over a range, and bars against limits.

mod axis;
mod bars;
mod lines;

pub use bars::bar_chart_svg;
pub use lines::line_chart_svg;

/// How values map to length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// Equal steps for equal differences.
    #[default]
    Linear,
    /// Equal steps for equal ratios; values that are not positive are left out.
    Log,
}

/// One axis.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Axis {
    /// What it measures, such as `Load`.
    pub label: String,
    /// The unit, such as `ms` or `req/s`. Empty: none.
    pub unit: String,
    /// How values map to length.
    pub scale: Scale,
    /// Fixes the lower end, in the axis's unit; else taken from the data (0 on a linear axis).
    pub min: Option<f64>,
    /// Fixes the upper end, in the axis's unit; else taken from the data.
    pub max: Option<f64>,
}

/// One curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Series {
    /// The name, written at the end of the curve.
    pub label: String,
    /// `(x, y)` in the axes' units, drawn in this order. Values that are not finite break the line.
    pub points: Vec<(f64, f64)>,
    /// Whether it is a comparison, not the subject: drawn dashed.
    pub dashed: bool,
}

/// A straight line across the chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Marker {
    /// At an x, such as today's load.
    Vertical {
        /// In the x axis's unit.
        x: f64,
        /// What it means, a few words.
        label: String,
    },
    /// At a y, such as a target.
    Horizontal {
        /// In the y axis's unit.
        y: f64,
        /// What it means, a few words.
        label: String,
    },
}

/// Curves over a common x.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LineChart {
    /// Heading and accessible name. Empty: no heading.
    pub title: String,
    /// A sentence for readers who cannot see the picture. Empty: one is made from the counts.
    pub description: String,
    /// The horizontal axis.
    pub x: Axis,
    /// The vertical axis.
    pub y: Axis,
    /// The curves; up to six are told apart by colour, dash and marker.
    pub series: Vec<Series>,
    /// Lines across.
    pub markers: Vec<Marker>,
}

/// One bar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// What is measured.
    pub label: String,
    /// In the axis's unit. A value that is not finite draws no bar and reads `n/a`.
    pub value: f64,
    /// The value it should stay under, in the axis's unit; a bar beyond it is drawn in the accent.
    pub limit: Option<f64>,
    /// Text behind the bar in place of the value and unit. Empty: those.
    pub note: String,
}

/// Horizontal bars.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BarChart {
    /// Heading and accessible name. Empty: no heading.
    pub title: String,
    /// A sentence for readers who cannot see the picture. Empty: one is made from the counts.
    pub description: String,
    /// The horizontal axis.
    pub axis: Axis,
    /// From top to bottom.
    pub bars: Vec<Bar>,
}
