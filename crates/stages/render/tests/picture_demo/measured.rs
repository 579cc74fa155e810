//! Charts with measured values: panels over time, ranges in rows, curves with intervals.

use groundplan_render::picture::plot::{
    Axis, Band, Interval, LineChart, Marker, Panel, PanelChart, Range, RangeChart, Scale, Series,
};

use super::others::latency;

fn axis(label: &str, unit: &str) -> Axis {
    Axis {
        label: label.into(),
        unit: unit.into(),
        ..Axis::default()
    }
}

/// Latency against load with simulated points.
pub fn simulated_latency() -> LineChart {
    let mut chart = latency();
    for (i, series) in chart.series.iter_mut().enumerate() {
        series.intervals = series
            .points
            .iter()
            .step_by(20)
            .map(|(x, y)| Interval {
                x: *x,
                low: y * (0.9 - 0.03 * i as f64),
                value: *y,
                high: y * 1.1,
            })
            .collect();
    }
    chart.note = "Curves are computed. Dots are simulated, with 95 % intervals.".into();
    chart
}

/// What users saw while a zone was lost.
pub fn fault() -> PanelChart {
    let wave = |base: f64, dip: f64| {
        let points = (0..60).map(f64::from).map(|i| {
            let x = i * 5.0;
            let inside = (60.0..180.0).contains(&x);
            (x, base * if inside { dip } else { 1.0 } + (i * 7.0) % 3.0)
        });
        Series {
            points: points.collect(),
            ..Series::default()
        }
    };
    PanelChart {
        title: "Zone b is lost for 120 s: what users saw".into(),
        x: axis("Time", "s"),
        bands: vec![
            Band {
                from: 60.0,
                to: 180.0,
                label: "zone b lost".into(),
            },
            Band {
                from: 70.0,
                to: 90.0,
                label: "failover of the store".into(),
            },
        ],
        names: [
            "browse-products",
            "place-order",
            "get-product-with-a-name-that-is-long",
            "pay",
        ]
        .map(String::from)
        .to_vec(),
        panels: vec![
            Panel {
                y: axis("Answered", "/s"),
                series: vec![
                    wave(25.0, 0.4),
                    wave(12.0, 0.2),
                    wave(9.0, 0.9),
                    wave(3.0, 1.0),
                ],
                ..Panel::default()
            },
            Panel {
                y: axis("Failed", "%"),
                series: vec![
                    wave(0.0, 4.0),
                    wave(1.0, 30.0),
                    wave(0.5, 2.0),
                    wave(0.0, 1.0),
                ],
                ..Panel::default()
            },
            Panel {
                y: Axis {
                    scale: Scale::Log,
                    ..axis("p99", "ms")
                },
                series: vec![
                    wave(12.0, 40.0),
                    wave(30.0, 30.0),
                    wave(9.0, 2.0),
                    wave(14.0, 1.0),
                ],
                markers: vec![Marker::Horizontal {
                    y: 800.0,
                    label: "target 800 ms".into(),
                }],
            },
        ],
        ..PanelChart::default()
    }
}

/// Assumptions by what they move.
pub fn tornado() -> RangeChart {
    let row = |label: &str, low: f64, high: f64, note: &str| Range {
        label: label.into(),
        span: Some((low, high)),
        note: note.into(),
        ..Range::default()
    };
    RangeChart {
        title: "p99 of place-order: what moves it".into(),
        axis: axis("p99", "ms"),
        lines: vec![
            (182.0, "computed 182 ms".into()),
            (400.0, "target 400 ms".into()),
        ],
        rows: vec![
            row("store: update, CPU", 120.0, 460.0, "35 to 140 us"),
            row("hit ratio of the cache", 150.0, 290.0, "0.95 to 0.60"),
            row("requests in the busiest hour", 170.0, 260.0, "30/s to 90/s"),
            row(
                "psp: mean of its answer, as its contract says or not",
                175.0,
                190.0,
                "200 to 260 ms",
            ),
        ],
        ..RangeChart::default()
    }
}

/// Computed beside simulated.
pub fn agreement() -> RangeChart {
    let row = |label: &str, computed: f64, simulated: f64, half: f64, strong: bool| Range {
        label: label.into(),
        dot: Some((simulated - half, simulated, simulated + half)),
        square: Some(computed),
        strong,
        note: format!("{:+.1} %", (computed / simulated - 1.0) * 100.0),
        ..Range::default()
    };
    RangeChart {
        title: "p99, computed beside simulated".into(),
        axis: Axis {
            scale: Scale::Log,
            ..axis("p99", "ms")
        },
        rows: vec![
            row("browse-products", 9.63, 9.7, 0.2, false),
            row("pay-order", 1980.0, 1900.0, 40.0, false),
            row("close-day", 140_000.0, 90_000.0, 9000.0, true),
        ],
        note: "Squares are computed. Dots are simulated, with 95 % intervals.".into(),
        ..RangeChart::default()
    }
}
