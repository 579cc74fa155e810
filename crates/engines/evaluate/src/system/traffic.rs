//! What answers cost on their way out, and the lines that requests leave in a log.
//!
//! The size of an answer is read from its view: each field with its name, as JSON. Numbers that the
//! brief does not hold are the constants below.

use indexmap::IndexMap;

use knowledge::{Family, PriceList};
use model::{Brief, Field, FieldType, Operation, System, Trigger, View, Work};

use crate::cost::LineItem;

const GIB: f64 = 1_073_741_824.0;
const SECONDS_PER_MONTH: f64 = knowledge::HOURS_PER_MONTH * 3600.0;

/// Status line, headers and the framing of TLS of one answer, in bytes. Assumed.
const HEAD: f64 = 500.0;
/// One structured line for each request, in bytes. Assumed.
const LOG_LINE: f64 = 500.0;
/// Views inside views deeper than this are not followed.
const DEPTH: usize = 4;

/// Line items for traffic to the internet and for logs, and what of the two has no price.
pub(super) fn items(system: &System, list: &PriceList) -> (Vec<LineItem>, Vec<&'static str>) {
    let mut out: IndexMap<&str, f64> = IndexMap::new();
    let mut runs: IndexMap<&str, f64> = IndexMap::new();
    let brief = &system.brief;
    for (_, operation, path) in system.runs() {
        let (Some(rate), Some(first)) = (brief.mean_rate(operation), path.steps.first()) else {
            continue;
        };
        *runs.entry(&*first.on).or_default() += rate.0;
        let asked = matches!(
            operation.trigger,
            Trigger::Request | Trigger::Subscription | Trigger::Webhook(_)
        );
        if asked {
            let on = |work| path.steps.iter().any(|s| s.work == work);
            let downloads = on(Work::Sign) && !on(Work::Put);
            *out.entry(&*first.on).or_default() += rate.0 * answer(brief, operation, downloads);
        }
    }
    let public = brief.security.as_ref().and_then(|s| s.public);
    let mut items = Vec::new();
    let mut unpriced = Vec::new();
    for (family, what, name, per_s) in [
        (
            Family::EgressGib,
            "GiB of answers to the internet",
            "traffic to the internet",
            (public != Some(false)).then_some(out),
        ),
        (
            Family::LogGib,
            "GiB of logs, a line of 500 B for each request",
            "logs",
            Some(runs.into_iter().map(|(c, r)| (c, r * LOG_LINE)).collect()),
        ),
    ] {
        let Some(item) = list.unit_price(family) else {
            unpriced.push(name);
            continue;
        };
        for (component, per_s) in per_s.into_iter().flatten() {
            let gib = per_s * SECONDS_PER_MONTH / GIB;
            if gib >= 1.0 && gib.is_finite() {
                items.push(LineItem {
                    what: format!("{component}: {gib:.0} {what}"),
                    element: format!("components.{component}"),
                    quantity: gib,
                    unit: "GiB".into(),
                    unit_price: item.price,
                    currency: item.currency.clone(),
                    source: format!("{}: {}", list.id, item.source.cite()),
                });
            }
        }
    }
    (items, unpriced)
}

/// Mean bytes of an answer, with the files it links to where the caller fetches them.
fn answer(brief: &Brief, operation: &Operation, downloads: bool) -> f64 {
    let Some(result) = &operation.result else {
        return HEAD;
    };
    let page = operation.page.as_ref().map(|p| f64::from(p.size));
    let rows = match result.rows {
        Some(rows) => rows.max(0.0),
        None if result.many => page.unwrap_or(1.0),
        None => 1.0,
    };
    let view = result
        .view
        .as_ref()
        .and_then(|v| brief.domain.views.get(&**v));
    let files = downloads && !result.many;
    let row = view.map_or(0.0, |v| row(brief, v, files, DEPTH));
    let own: f64 = result.fields.iter().map(|(n, f)| shown(n, f, files)).sum();
    HEAD + rows * row + own
}

/// One row of a view, as JSON.
fn row(brief: &Brief, view: &View, files: bool, depth: usize) -> f64 {
    let Some(entity) = brief.domain.entities.get(&*view.entity) else {
        return 0.0;
    };
    let own: f64 = view
        .fields
        .iter()
        .map(|name| match entity.fields.get(name.as_str()) {
            Some(field) => shown(name, field, files),
            // A key, a moment or a derived value.
            None => name.len() as f64 + 4.0 + 30.0,
        })
        .sum();
    if depth == 0 {
        return own;
    }
    let inside: f64 = view
        .include
        .iter()
        .filter_map(|(name, inner)| {
            let inner = brief.domain.views.get(&**inner)?;
            let link = entity.relations.get(name.as_str());
            let many = link.map_or(1.0, |l| l.mean.unwrap_or(1.0).max(0.0));
            Some(name.len() as f64 + 6.0 + many * row(brief, inner, files, depth - 1))
        })
        .sum();
    own + inside
}

/// A field with its name, as JSON; a file as a signed link, and as its bytes where it is fetched.
fn shown(name: &str, field: &Field, files: bool) -> f64 {
    let size = field.size.map(|b| b.0);
    let text = |usual: f64| field.max_length.map_or(usual, |m| f64::from(m) / 2.0);
    let value = match field.kind {
        FieldType::Boolean => 5.0,
        FieldType::Integer | FieldType::Decimal | FieldType::Money => 8.0,
        FieldType::Date | FieldType::Enum => 12.0,
        FieldType::Timestamp | FieldType::Duration | FieldType::Point => 28.0,
        FieldType::Uuid => 38.0,
        FieldType::Text | FieldType::Email | FieldType::Url => text(30.0),
        FieldType::Json | FieldType::List | FieldType::Object => size.unwrap_or(200.0),
        FieldType::File => 300.0 + size.filter(|_| files).unwrap_or(0.0),
    };
    name.len() as f64 + 4.0 + value
}
