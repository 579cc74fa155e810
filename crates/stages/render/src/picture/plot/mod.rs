//! Small charts: curves over a range, panels over one time, bars against limits, ranges in rows.

mod axis;
mod bars;
mod frame;
mod lines;
mod panels;
mod ranges;

pub use bars::bar_chart_svg;
pub use lines::line_chart_svg;
pub use panels::panel_chart_svg;
pub use ranges::range_chart_svg;

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
    /// Points with an interval each, drawn as dots with whiskers in the curve's colour.
    pub intervals: Vec<Interval>,
}

/// A value that is known to lie between two others.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    pub x: f64,
    pub low: f64,
    pub value: f64,
    pub high: f64,
}

/// A stretch of x that is shaded, such as the time of a fault.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Band {
    /// Both ends in the x axis's unit.
    pub from: f64,
    pub to: f64,
    /// What it is, a few words.
    pub label: String,
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
    /// Shaded stretches.
    pub bands: Vec<Band>,
    /// A line below the chart that says how to read it. Empty: none.
    pub note: String,
}

/// Charts one above the other over a common x.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PanelChart {
    /// Heading and accessible name. Empty: no heading.
    pub title: String,
    /// A sentence for readers who cannot see the picture. Empty: one is made from the counts.
    pub description: String,
    /// The common horizontal axis.
    pub x: Axis,
    /// Shaded stretches, through all panels.
    pub bands: Vec<Band>,
    /// Names of the curves, in the order in which every panel lists its series.
    pub names: Vec<String>,
    /// From top to bottom.
    pub panels: Vec<Panel>,
}

/// One of several charts over a common x.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// What it shows.
    pub y: Axis,
    /// In the order of the names; labels are not drawn.
    pub series: Vec<Series>,
    /// Lines across.
    pub markers: Vec<Marker>,
}

/// One row of a range chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Range {
    /// What is measured.
    pub label: String,
    /// Both ends in the axis's unit; none draws no bar.
    pub span: Option<(f64, f64)>,
    /// A value with an interval, drawn as a dot with a whisker: `(low, value, high)`.
    pub dot: Option<(f64, f64, f64)>,
    /// A value drawn as a hollow square.
    pub square: Option<f64>,
    /// Whether it stands out: drawn in the accent.
    pub strong: bool,
    /// Text behind the row.
    pub note: String,
}

/// Ranges and points in rows, against an optional line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RangeChart {
    /// Heading and accessible name. Empty: no heading.
    pub title: String,
    /// A sentence for readers who cannot see the picture. Empty: one is made from the counts.
    pub description: String,
    /// The horizontal axis.
    pub axis: Axis,
    /// Lines down the chart: value and a few words.
    pub lines: Vec<(f64, String)>,
    /// From top to bottom.
    pub rows: Vec<Range>,
    /// A line below the chart that says how to read it. Empty: none.
    pub note: String,
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
