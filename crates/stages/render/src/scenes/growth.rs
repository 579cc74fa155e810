//! What it costs a month in the years ahead.

use crate::numbers;
use crate::picture::plot::{Axis, LineChart, Marker, Series};
use crate::view::View;

/// The curve; `None` where the load does not grow or no price is known.
pub(crate) fn cost(view: &View<'_>) -> Option<LineChart> {
    let growth = view.studies?.growth.as_ref()?;
    let per_year = growth.per_year.filter(|g| *g != 0.0)?;
    let (currency, _) = growth.points.first()?.cost.first()?;
    let points: Vec<(f64, f64)> = growth
        .points
        .iter()
        .filter_map(|p| Some((f64::from(p.month) / 12.0, *p.cost.get(currency)?)))
        .collect();
    let end = points.last()?.0;
    let mut markers = Vec::new();
    let constraints = view.system.brief.constraints.as_ref();
    let most = points.iter().map(|p| p.1).fold(0.0, f64::max);
    if let Some(budget) = constraints.and_then(|c| c.budget.as_ref())
        && budget.currency == *currency
        // A budget far above would press the curve flat.
        && budget.amount < 4.0 * most
    {
        markers.push(Marker::Horizontal {
            y: budget.amount,
            label: format!("budget {}", numbers::money(budget.amount, currency)),
        });
    }
    if let Some(saturation) = &growth.saturation {
        let years = saturation.months.value / 12.0;
        if years <= end {
            markers.push(Marker::Vertical {
                x: years,
                label: crate::words::gives_way(&saturation.component),
            });
        }
    }
    if let Some(first) = growth.broken.iter().find(|b| b.month > 0) {
        let years = f64::from(first.month) / 12.0;
        if years <= end {
            let key = first.key.strip_prefix("operations.").unwrap_or(&first.key);
            markers.push(Marker::Vertical {
                x: years,
                label: format!("{key} misses its target"),
            });
        }
    }
    let (from, to) = (points.first()?.1, points.last()?.1);
    Some(LineChart {
        title: format!(
            "{}: cost at {} % growth a year",
            view.system.brief.name,
            numbers::sig3(per_year * 100.0)
        ),
        description: format!(
            "Cost a month rises from {} to {} in {} years.",
            numbers::money(from, currency),
            numbers::money(to, currency),
            numbers::sig3(end)
        ),
        x: Axis {
            label: "Years from now".into(),
            max: Some(end),
            ..Axis::default()
        },
        y: Axis {
            label: "Infrastructure a month".into(),
            unit: currency.clone(),
            ..Axis::default()
        },
        series: vec![Series {
            label: numbers::money(to, currency),
            points,
            ..Series::default()
        }],
        markers,
        note: "The same architecture; autoscaled components grow as their rules allow.".into(),
        ..LineChart::default()
    })
}
