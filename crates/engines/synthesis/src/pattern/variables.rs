//! The variables of pattern texts: names and numbers of this system at the places bound.
//!
//! A singular variable speaks of the first place, the busiest; a plural one of all of them.

use model::{Duration, Effect, Ratio, Table};

use super::binding::{Binding, Scope};
use super::entity_traits;
use super::numbers::*;
use super::operation_traits as traits;
use super::template::{Filling, fill};
use crate::naming::{self, snake};

type Reader = for<'a> fn(Scope<'a>, &[Binding<'a>]) -> Option<String>;

/// Fills a text for these places.
///
/// # Errors
/// The name of a variable that is not in the vocabulary.
pub fn filled(
    text: &str,
    scope: Scope<'_>,
    places: &[Binding<'_>],
) -> Result<Option<String>, String> {
    fill(text, &|name| value(name, scope, places))
}

/// The value of one variable at these places.
pub fn value(name: &str, scope: Scope<'_>, places: &[Binding<'_>]) -> Filling {
    match VARIABLES.iter().find(|(n, _)| *n == name) {
        None => Filling::Unknown,
        Some((_, read)) => match read(scope, places) {
            Some(text) => Filling::Text(text),
            None => Filling::Missing,
        },
    }
}

fn op<'a>(b: &[Binding<'a>]) -> Option<(&'a str, &'a model::Operation)> {
    b.first()?.operation
}

fn entity<'a>(b: &[Binding<'a>]) -> Option<(&'a str, &'a model::Entity)> {
    b.first()?.entity
}

fn table<'a>(s: Scope<'a>, b: &[Binding<'a>]) -> Option<(&'a str, &'a Table)> {
    s.table(entity(b)?.0)
}

fn sum<'a>(b: &[Binding<'a>], of: impl Fn(&Binding<'a>) -> Option<f64>) -> Option<f64> {
    let all: Vec<f64> = b.iter().filter_map(of).collect();
    (!all.is_empty()).then(|| all.iter().sum())
}

fn names<'a>(b: &[Binding<'a>], of: impl Fn(&Binding<'a>) -> Option<String>) -> Option<String> {
    listed(b.iter().filter_map(of).collect())
}

pub const VARIABLES: &[(&str, Reader)] = &[
    ("system", |s, _| Some(s.brief.name.clone())),
    ("count", |_, b| Some(b.len().to_string())),
    ("operation", |_, b| op(b).map(|o| o.0.into())),
    ("operations", |_, b| {
        names(b, |x| x.operation.map(|o| o.0.into()))
    }),
    ("entity", |_, b| entity(b).map(|e| e.0.into())),
    ("entities", |_, b| {
        names(b, |x| x.entity.map(|e| e.0.into()))
    }),
    ("table", |s, b| table(s, b).map(|t| t.0.into())),
    ("tables", |s, b| {
        names(b, |x| s.table(x.entity?.0).map(|t| t.0.into()))
    }),
    ("key_columns", |s, b| {
        listed(table(s, b)?.1.primary_key.clone())
    }),
    ("field", |_, b| b.first()?.field.map(|f| snake(f.0))),
    ("fields", |_, b| {
        names(b, |x| {
            Some(format!(
                "{}.{}",
                naming::table(x.entity?.0),
                snake(x.field?.0)
            ))
        })
    }),
    ("encoding", |_, b| {
        b.first()?
            .field?
            .1
            .encodes
            .as_ref()
            .map(|e| e.layout.clone())
    }),
    ("event", |_, b| b.first()?.event.map(|e| e.0.into())),
    ("events", |_, b| names(b, |x| x.event.map(|e| e.0.into()))),
    ("event_rate", |s, b| {
        event_rate(s, b.first()?.event?.0).map(rate)
    }),
    ("events_rate", |s, b| {
        sum(b, |x| event_rate(s, x.event?.0)).map(rate)
    }),
    ("within", |_, b| b.first()?.event?.1.within.map(time)),
    ("ordered_by", |_, b| b.first()?.event?.1.ordered_by.clone()),
    ("deliveries", |s, b| {
        sum(b, |x| {
            let (id, event) = x.event?;
            Some(event_rate(s, id)? * event.subscribed.map_or(1.0, |r| r.0))
        })
        .map(rate)
    }),
    ("receivers", |_, b| {
        names(b, |x| {
            listed(x.event?.1.webhook_to.iter().map(|a| a.0.clone()).collect())
        })
    }),
    ("endpoint", |_, b| {
        b.first()?
            .event?
            .1
            .webhook_to
            .first()
            .map(|a| crate::components::endpoint_of(a))
    }),
    ("port", |_, b| b.first()?.port.map(|p| p.0.into())),
    ("ports", |_, b| names(b, |x| x.port.map(|p| p.0.into()))),
    ("port_limit", |_, b| {
        b.first()?.port?.1.limit.map(|r| rate(r.0))
    }),
    ("port_p99", |_, b| b.first()?.port?.1.latency?.p99.map(time)),
    ("port_availability", |_, b| {
        b.first()?.port?.1.availability.map(|r| r.to_string())
    }),
    ("port_calls", |s, b| {
        port_calls(s, b.first()?.port?.0, false).map(rate)
    }),
    ("port_bill", |s, b| {
        let (id, port) = b.first()?.port?;
        let month = port_bill(s, id)?;
        let currency = &port.price.as_ref()?.currency;
        Some(format!("{currency} {} a month", number(month)))
    }),
    ("port_callers", |s, b| {
        listed(
            super::other_traits::callers(s, b.first()?.port?.0)
                .map(|(id, _)| id.to_string())
                .collect(),
        )
    }),
    ("dedupe_by", |_, b| {
        b.first()?
            .port?
            .1
            .webhook
            .as_ref()
            .map(|w| w.dedupe_by.clone())
    }),
    ("signature", |_, b| {
        b.first()?
            .port?
            .1
            .webhook
            .as_ref()
            .map(|w| w.signature.clone())
    }),
    ("webhook_operations", |s, b| {
        let (port, _) = b.first()?.port?;
        listed(
            s.brief
                .domain
                .operations
                .iter()
                .filter(|(_, o)| matches!(&o.trigger, model::Trigger::Webhook(p) if *p == *port))
                .map(|(id, _)| id.clone())
                .collect(),
        )
    }),
    ("webhook_table", |s, b| {
        super::other_traits::webhook_table(s, b.first()?.port?.0)
    }),
    ("actor", |_, b| b.first()?.actor.map(|a| a.0.into())),
    ("actors", |_, b| {
        names(b, |x| match (x.actor, x.operation) {
            (Some(a), _) => Some(a.0.into()),
            (None, Some((_, o))) => listed(o.actors.iter().map(|a| a.0.clone()).collect()),
            _ => None,
        })
    }),
    ("actor_count", |_, b| {
        b.first()?.actor?.1.count.map(|c| number(c.0))
    }),
    ("tenant", |_, b| {
        b.first()?.actor?.1.tenant.as_ref().map(|t| t.0.clone())
    }),
    ("tenant_tables", |s, _| {
        listed(
            s.architecture
                .data
                .iter()
                .filter(|(_, t)| t.tenant.is_some())
                .map(|(id, _)| id.clone())
                .collect(),
        )
    }),
    ("tenant_column", |s, _| {
        s.architecture.data.values().find_map(|t| t.tenant.clone())
    }),
    ("rate", |s, b| {
        s.brief.busy_rate(op(b)?.1).map(|r| rate(r.0))
    }),
    ("rates", |s, b| {
        sum(b, |x| s.brief.busy_rate(x.operation?.1).map(|r| r.0)).map(rate)
    }),
    ("mean", |s, b| {
        s.brief.mean_rate(op(b)?.1).map(|r| rate(r.0))
    }),
    ("peak", |s, b| {
        let (id, o) = op(b)?;
        s.brief.peak_rate(id, o).map(|r| rate(r.0))
    }),
    ("per_day", |s, b| {
        sum(b, |x| s.brief.mean_rate(x.operation?.1).map(|r| r.0)).map(|r| number(r * 86_400.0))
    }),
    ("spike", |s, b| s.spike(op(b)?.0).map(|x| x.0.into())),
    ("spike_factor", |s, b| {
        s.spike(op(b)?.0).map(|x| number(x.1.factor))
    }),
    ("spike_lasts", |s, b| {
        s.spike(op(b)?.0).map(|x| time(x.1.lasts))
    }),
    ("staleness", |_, b| op(b)?.1.staleness.map(time)),
    ("late_by", |_, b| {
        op(b)?.1.arrival.as_ref()?.late_by.map(time)
    }),
    ("takes", |_, b| op(b)?.1.takes.map(time)),
    ("latency", |s, b| {
        let l = s.brief.latency_target(op(b)?.1)?;
        l.p99.or(l.p95).map(time)
    }),
    ("fair_by", |_, b| op(b)?.1.fair_by.clone()),
    ("batch_max", |_, b| {
        op(b)?.1.batch.map(|x| number(f64::from(x.max)))
    }),
    ("batch_mean", |_, b| op(b)?.1.batch.map(|x| number(x.mean))),
    ("chunks", |_, b| {
        op(b)?
            .1
            .batch
            .map(|x| number((f64::from(x.max) / CHUNK).ceil()))
    }),
    ("items_rate", |s, b| {
        let (_, o) = op(b)?;
        let items = o.batch.map_or(1.0, |x| x.mean);
        s.brief.busy_rate(o).map(|r| rate(r.0 * items))
    }),
    ("never_wrong", |_, b| {
        listed(
            op(b)?
                .1
                .never_wrong
                .iter()
                .map(|e| e.text.clone())
                .collect(),
        )
    }),
    ("page_size", |_, b| {
        op(b)?.1.page.as_ref().map(|p| p.size.to_string())
    }),
    ("order", |_, b| {
        let order = &op(b)?.1.order;
        (!order.is_empty()).then(|| order.join(", "))
    }),
    ("home", |s, b| home(s, op(b)?.0).map(str::to_string)),
    ("calls", |s, b| listed(traits::ports_called(s, op(b)?.1))),
    ("scarce", |s, b| {
        traits::takes_scarce(s, op(b)?.1).map(str::to_string)
    }),
    ("scarce_table", |s, b| {
        traits::takes_scarce(s, op(b)?.1).map(naming::table)
    }),
    ("client_table", |s, b| {
        traits::client_keyed(s, op(b)?.1).map(naming::table)
    }),
    ("client_tables", |s, b| {
        names(b, |x| {
            traits::client_keyed(s, x.operation?.1).map(naming::table)
        })
    }),
    ("price", |s, b| {
        traits::price_copied(s, op(b)?.1).map(|(e, f)| format!("{}.{}", naming::table(e), snake(f)))
    }),
    ("aggregated", |_, b| {
        traits::aggregated(op(b)?.1).map(|(e, _)| naming::table(e))
    }),
    ("aggregated_rows", |_, b| {
        traits::aggregated(op(b)?.1).map(|(_, rows)| number(rows))
    }),
    ("rows_read", |s, b| {
        number_of(s, b, "operation.rows_read_per_s").map(rate)
    }),
    ("source_writes", |s, b| {
        number_of(s, b, "operation.source_writes_per_s").map(rate)
    }),
    ("cache_hits", |s, b| {
        traits::cache_hits(s, op(b)?.1).map(|h| {
            let percent = rounded(h * 100.0);
            if percent < 1.0 {
                "under 1 %".into()
            } else {
                Ratio(percent / 100.0).to_string()
            }
        })
    }),
    ("guard", |_, b| {
        b.first()?.update?.filter.as_ref().map(|f| f.text.clone())
    }),
    ("stored", |_, b| {
        let filter = b.first()?.update?.filter.as_ref()?;
        entity_traits::newer(&filter.node).map(|(stored, _)| snake(&stored))
    }),
    ("sent", |_, b| {
        let filter = b.first()?.update?.filter.as_ref()?;
        entity_traits::newer(&filter.node).map(|(_, sent)| sent)
    }),
    ("refusal", |_, b| {
        b.first()?.update?.otherwise.map(|s| s.to_string())
    }),
    ("transition", |_, b| {
        b.first()?.transition.map(|t| t.0.into())
    }),
    ("after", |_, b| b.first()?.transition?.1.after.map(time)),
    ("from_states", |_, b| {
        listed(b.first()?.transition?.1.from.clone())
    }),
    ("to_state", |_, b| {
        b.first()?.transition.map(|t| t.1.to.clone())
    }),
    ("state_field", |_, b| {
        entity(b)?.1.machine.as_ref().map(|m| snake(&m.field))
    }),
    ("released", |s, b| {
        entity_traits::releases(s, &b.first()?.transition?.1.effects).map(naming::table)
    }),
    ("holds", |s, b| {
        // How many rows are held at once: Little's law over the time of the hold.
        let after = b.first()?.transition?.1.after?.secs();
        let busy: f64 = creators_rate(s, entity(b)?.0)?;
        Some(number(busy * after))
    }),
    ("holds_peak", |s, b| {
        let after = b.first()?.transition?.1.after?.secs();
        let factor = largest_spike(s)?;
        Some(number(creators_rate(s, entity(b)?.0)? * factor * after))
    }),
    ("new", |s, b| s.new_rows(entity(b)?.0).map(rate)),
    ("new_per_day", |s, b| {
        s.new_rows(entity(b)?.0).map(|r| number(r * 86_400.0))
    }),
    ("news_per_day", |s, b| {
        sum(b, |x| s.new_rows(x.entity?.0)).map(|r| number(r * 86_400.0))
    }),
    ("rows_held", |s, b| {
        unless_zero(s.rows_held(entity(b)?.0)).map(number)
    }),
    ("bytes_held", |s, b| {
        unless_zero(held_bytes(s, entity(b)?.0)).map(bytes)
    }),
    ("row", |s, b| table(s, b)?.1.row.map(|r| bytes(r.0))),
    ("keep", |_, b| {
        entity(b)?.1.retention.as_ref().map(|r| time(r.keep))
    }),
    ("duty", |_, b| {
        entity(b)?.1.retention.as_ref()?.because.clone()
    }),
    ("referenced_by", |s, b| {
        s.referrer(table(s, b)?.0).map(str::to_string)
    }),
    ("partition_column", |s, b| {
        table(s, b)?.1.partition.as_ref()?.columns.first().cloned()
    }),
    ("partition_every", |s, b| {
        let every = time(table(s, b)?.1.partition.as_ref()?.every?);
        Some(
            every
                .strip_prefix("1 ")
                .map_or(every.clone(), str::to_string),
        )
    }),
    ("partitions", |s, b| {
        let (_, t) = table(s, b)?;
        let every = t.partition.as_ref()?.every?.secs();
        let keep = t.retention.as_ref()?.keep.secs();
        Some(number((keep / every).ceil() + 1.0))
    }),
    ("partition_bytes", |s, b| {
        let (_, t) = table(s, b)?;
        let every = t.partition.as_ref()?.every?.secs();
        Some(bytes(s.new_rows(entity(b)?.0)? * every * t.row?.0))
    }),
    ("file_size", |_, b| {
        entity_traits::file_bytes(entity(b)?.1).map(bytes)
    }),
    ("file_flow", |s, b| {
        sum(b, |x| {
            let (id, e) = x.entity?;
            Some(entity_traits::file_bytes(e)? * traits::writes_per_s(s, id))
        })
        .filter(|r| *r >= 1000.0)
        .map(|r| format!("{}/s", bytes(r)))
    }),
    ("files_held", |s, b| {
        let (id, e) = entity(b)?;
        Some(bytes(entity_traits::file_bytes(e)? * s.rows_held(id)?))
    }),
    ("change_rate", |s, b| {
        sum(b, |x| {
            let writes = traits::writes_per_s(s, x.entity?.0);
            (writes > 0.0).then_some(writes)
        })
        .map(rate)
    }),
    ("keys_rate", |s, _| {
        inserted(s, crate::support_tables::IDEMPOTENCY_KEYS).map(rate)
    }),
    ("keys_held", |s, _| {
        // The busiest hour's rate is the upper bound of a day's mean.
        let busy = inserted(s, crate::support_tables::IDEMPOTENCY_KEYS)?;
        let keep = s
            .architecture
            .data
            .get(crate::support_tables::IDEMPOTENCY_KEYS)?
            .retention
            .as_ref()?
            .keep
            .secs();
        let per_day = busy / (24.0 * model::system::BUSIEST_HOUR_SHARE);
        Some(number(per_day * keep))
    }),
    ("outbox_rate", |s, _| {
        inserted(s, crate::support_tables::OUTBOX).map(rate)
    }),
    ("jobs_rate", |s, _| {
        inserted(s, crate::support_tables::JOBS).map(rate)
    }),
    ("audit_rate", |s, _| {
        inserted(s, super::adapt::audit_log::TABLE).map(rate)
    }),
    ("audit_bytes", |s, _| {
        let t = s.architecture.data.get(super::adapt::audit_log::TABLE)?;
        let per_day = inserted(s, super::adapt::audit_log::TABLE)?
            / (24.0 * model::system::BUSIEST_HOUR_SHARE);
        Some(bytes(per_day * 31_557_600.0 * t.row?.0))
    }),
    ("store", |s, _| {
        s.architecture
            .components
            .get(crate::schema::STORE)?
            .technology
            .clone()
    }),
    ("recovery_point", |s, _| {
        s.brief.targets.as_ref()?.recovery_point.map(time)
    }),
    ("availability", |s, _| {
        s.brief
            .targets
            .as_ref()?
            .availability
            .map(|r| r.to_string())
    }),
    ("overwritten_by", |s, b| {
        entity_traits::overwritten(s, entity(b)?.0).map(|(o, _)| o.into())
    }),
    ("messages", |s, b| {
        entity_traits::overwritten(s, entity(b)?.0).map(|(_, m)| naming::table(m))
    }),
    ("fold", |_, b| {
        let (_, e) = entity(b)?;
        e.derived
            .iter()
            .find(|(_, d)| d.fold.is_some())
            .map(|(id, _)| id.clone())
    }),
    ("summary", |s, b| {
        entity_traits::summary(s, entity(b)?.0).map(naming::table)
    }),
    ("late_source", |s, b| {
        traits::late_source(s, op(b)?.1).map(|(e, _)| naming::table(e))
    }),
    ("source_late_by", |s, b| {
        traits::late_source(s, op(b)?.1).map(|(_, late)| time(Duration::from_secs(late)))
    }),
    ("read_sources", |_, b| {
        listed(
            op(b)?
                .1
                .effects
                .iter()
                .filter_map(|e| match e {
                    Effect::Read(r) => Some(naming::table(&r.entity)),
                    _ => None,
                })
                .collect(),
        )
    }),
    ("per_caller", |s, b| {
        // A hundredth of everybody's busiest hour, and never less than a person clicks.
        s.brief
            .busy_rate(op(b)?.1)
            .map(|r| rate((r.0 / 100.0).max(5.0).ceil()))
    }),
    ("listeners", |s, b| {
        let counts: Vec<f64> = op(b)?
            .1
            .actors
            .iter()
            .filter_map(|a| s.brief.domain.actors.get(&**a)?.count)
            .map(|c| c.0)
            .collect();
        (!counts.is_empty()).then(|| number(counts.iter().sum()))
    }),
    ("lag", |s, _| {
        s.architecture
            .components
            .get(crate::components::READERS)?
            .replication
            .as_ref()?
            .lag
            .map(time)
    }),
];
