//! Section 1, one page: what is proposed, what carries it, the numbers, what is assumed and what
//! nobody has verified.

use model::{Architecture, Author, ComponentKind, Decision, ReplicationMode, Style};

use crate::figures::{Figures, Verdict, asked};
use crate::numbers;
use crate::page::Page;
use crate::scenes::load;
use crate::words;

/// How many decisions stand in the summary.
const CARRYING: usize = 5;

pub(super) fn write(f: &Figures<'_>, page: &mut Page) {
    page.heading(2, "1. Executive summary");
    page.para(&f.view.system.brief.purpose);
    page.para(&format!("**Proposal.** {}", proposal(f)));
    decisions(f, page);
    mechanisms(f, page);
    let rows = key_numbers(f);
    page.para(if f.program() {
        "**Key numbers**"
    } else {
        "**Key numbers**, at the busiest hour unless said."
    });
    page.table(
        &["Number", "Value", "Target", "Verdict", "Ask for it"],
        &rows,
    );
    assumptions(f, page);
    super::unsettled::write(f, page);
}

fn proposal(f: &Figures<'_>) -> String {
    let system = f.view.system;
    let architecture = &system.architecture;
    let style = match architecture.style {
        Some(Style::Program) => "A program that runs where it is called",
        Some(Style::Monolith) => "A monolith",
        Some(Style::ModularMonolith) => "A modular monolith",
        Some(Style::Services) => "Several services of one code base",
        Some(Style::Microservices) => "Microservices",
        Some(Style::Serverless) => "Serverless functions",
        Some(Style::EventDriven) => "An event-driven system",
        None => "A system",
    };
    let ours: Vec<String> = architecture
        .components
        .iter()
        .filter(|(_, c)| !matches!(c.kind, ComponentKind::Client | ComponentKind::External))
        .map(|(id, c)| {
            let technology = c
                .technology
                .as_deref()
                .map(|t| words::technology(f.view, t));
            let parts: Vec<String> = c
                .instances
                .map(|n| format!("{n} x"))
                .into_iter()
                .chain(technology)
                .collect();
            if parts.is_empty() {
                format!("`{id}`")
            } else {
                format!("`{id}` ({})", parts.join(" "))
            }
        })
        .collect();
    let zones = architecture
        .components
        .values()
        .filter_map(|c| c.zones)
        .max()
        .filter(|z| *z > 1)
        .map(|z| format!(" in {}", words::counted(z as usize, "zone")))
        .unwrap_or_default();
    let operations = words::counted(system.brief.domain.operations.len(), "operation");
    let tables = words::counted(architecture.data.len(), "table");
    format!(
        "{style}: {}{zones}. It answers {operations} over {tables}.",
        words::list(&ours)
    )
}

/// How many elements of the model came from a decision.
fn carried(architecture: &Architecture, id: &str) -> usize {
    let from = format!("decisions.{id}");
    let abouts = [
        architecture
            .components
            .values()
            .map(|c| &c.about)
            .collect::<Vec<_>>(),
        architecture.relations.values().map(|r| &r.about).collect(),
        architecture.data.values().map(|t| &t.about).collect(),
        architecture.paths.values().map(|p| &p.about).collect(),
        architecture.contracts.values().map(|c| &c.about).collect(),
        architecture.contexts.values().map(|c| &c.about).collect(),
    ];
    abouts
        .into_iter()
        .flatten()
        .filter(|a| a.from.as_deref() == Some(&from))
        .count()
}

fn decisions(f: &Figures<'_>, page: &mut Page) {
    let architecture = &f.view.system.architecture;
    let mut all: Vec<(&String, &Decision)> = architecture.decisions.iter().collect();
    // People's decisions first, then those that most of the model came from; a choice among one is
    // none.
    all.sort_by_key(|(id, d)| {
        let single = d.candidates.len() < 2;
        let own = d.about.author == Author::Engine;
        (single, own, usize::MAX - carried(architecture, id))
    });
    all.truncate(CARRYING);
    if all.is_empty() {
        page.para("The model holds no decisions; nothing here says why it is as it is.");
        return;
    }
    page.para(&match all.len() {
        1 => "**The decision that carries it** (section 6 has its alternatives)".to_string(),
        n => format!(
            "**The {} decisions that carry it** (section 6 has all, with alternatives)",
            small(n)
        ),
    });
    let lines: Vec<String> = all
        .iter()
        .map(|(_, d)| {
            let mut line = format!(
                "**{}: {}.** {}",
                d.question.trim_end_matches('?'),
                super::rationale::chosen(f, d),
                f.prose(&d.because)
            );
            let runner = d
                .candidates
                .iter()
                .find(|(name, _)| **name != d.chosen)
                .map(|(name, _)| super::rationale::candidate(f, name));
            if let (Some(margin), Some(runner)) = (d.margin.filter(|m| *m >= 0.001), runner) {
                line.push_str(&format!(
                    " It scores {} more than {runner}.",
                    numbers::sig3(margin)
                ));
            }
            line
        })
        .collect();
    page.numbered(&lines);
}

fn small(n: usize) -> &'static str {
    ["no", "one", "two", "three", "four", "five"]
        .get(n)
        .copied()
        .unwrap_or("main")
}

/// Promises that a person or an agent put into the model stand on the first page.
fn mechanisms(f: &Figures<'_>, page: &mut Page) {
    let authored: Vec<String> = f
        .view
        .system
        .architecture
        .mechanisms
        .values()
        .filter(|m| m.about.author != Author::Engine)
        .take(CARRYING)
        .map(|m| format!("**{}** {}", f.prose(&m.promise), f.prose(&m.how)))
        .collect();
    if !authored.is_empty() {
        page.para("**What its authors promise** (section 2 has the proofs)");
        page.bullets(&authored);
    }
}

pub(super) fn row(
    what: &str,
    value: String,
    target: String,
    verdict: &Verdict,
    key: &str,
) -> Vec<String> {
    let key = if key.is_empty() {
        String::new()
    } else {
        format!("`{key}`")
    };
    vec![what.into(), value, target, verdict.text(), key]
}

fn key_numbers(f: &Figures<'_>) -> Vec<Vec<String>> {
    let brief = &f.view.system.brief;
    let mut rows = Vec::new();
    let requests = f.requests();
    if requests > 0.0 && !f.program() {
        rows.push(row(
            "Requests",
            match f.work() - requests {
                own if own > requests * 1e-3 => format!(
                    "{}, and {} that the system starts itself",
                    numbers::rate(requests),
                    numbers::rate(own)
                ),
                _ => numbers::rate(requests),
            },
            String::new(),
            &Verdict::None,
            "",
        ));
    }
    let Some(now) = f.now else {
        rows.push(row(
            "Latency, capacity, availability, cost",
            "not computed".into(),
            String::new(),
            &Verdict::Unverified("run `groundplan evaluate`".into()),
            "",
        ));
        return rows;
    };
    rows.extend(latency(f));
    let worst = now
        .operations
        .iter()
        .filter_map(|(id, o)| Some((id, o.availability?, f.view.system.availability_target(id))))
        .filter(|(id, ..)| {
            let operations = &brief.domain.operations;
            operations.get(*id).is_some_and(|o| asked(&o.trigger))
        })
        .filter(|(_, _, target)| target.is_some() || !f.program())
        .min_by(|a, b| {
            let room = |x: &(&String, f64, Option<model::Ratio>)| x.1 - x.2.map_or(0.0, |t| t.0);
            room(a).total_cmp(&room(b))
        });
    if let Some((id, value, target)) = worst {
        let verdict = target.map_or(Verdict::None, |t| Verdict::of(value >= t.0));
        rows.push(row(
            &format!("Availability, `{id}`, nearest to its target"),
            numbers::availability(value),
            target.map(|t| t.to_string()).unwrap_or_default(),
            &verdict,
            &format!("{id}.availability"),
        ));
    }
    if !f.program() {
        rows.extend(capacity(f));
    }
    rows.extend(recovery_point(f));
    if brief.targets.as_ref().and_then(|t| t.survive_zone_loss) == Some(true) {
        rows.push(match f.stopped_by_zone() {
            Some(stopped) if stopped.is_empty() => row(
                "Loss of any one zone",
                after_failover(f),
                "survives".into(),
                &Verdict::Pass,
                "",
            ),
            Some(stopped) => row(
                "Loss of any one zone",
                format!("stops {}", words::some(&stopped, 3)),
                "survives".into(),
                &Verdict::Fail,
                "",
            ),
            None => row(
                "Loss of any one zone",
                "not computed".into(),
                "survives".into(),
                &Verdict::Unverified("no component says its zones".into()),
                "",
            ),
        });
    }
    let bytes: f64 = now
        .tables
        .values()
        .filter_map(|t| Some(t.bytes?[2] * t.copies))
        .sum();
    if bytes > 0.0 {
        rows.push(row(
            "Stored in three years, all copies",
            numbers::bytes(bytes),
            String::new(),
            &Verdict::None,
            "",
        ));
    }
    rows.extend(cost(f));
    rows.extend(super::studied::rows(f));
    rows
}

/// A lost zone with a primary in it is survived once its standby has taken over.
fn after_failover(f: &Figures<'_>) -> String {
    let components = f.view.system.architecture.components.iter();
    let slowest = components
        .filter_map(|(id, c)| Some((id, c.replication.as_ref()?.failover?)))
        .max_by(|a, b| a.1.0.total_cmp(&b.1.0));
    match slowest {
        Some((id, time)) => {
            format!("no operation stops or saturates once `{id}` has failed over, after {time}")
        }
        None => "no operation stops or saturates".into(),
    }
}

fn latency(f: &Figures<'_>) -> Option<Vec<String>> {
    let now = f.now?;
    let (missed, all) = f.misses(now);
    let unknown = now
        .operations
        .values()
        .filter(|o| !o.unverified.is_empty())
        .count();
    if all == 0 {
        return (unknown > 0).then(|| {
            row(
                "Response times",
                "not known".into(),
                String::new(),
                &Verdict::Unverified(format!(
                    "{} lack a fact, see below",
                    words::counted(unknown, "operation")
                )),
                "",
            )
        });
    }
    let nearest = load::by_pressure(f.view, now);
    let (what, value, target, key) = match nearest.first() {
        Some(p) => (
            format!("{} of `{}`, nearest to its target", p.percentile, p.id),
            numbers::ms(p.value_ms),
            numbers::ms(p.target_ms),
            format!("{}.{}", p.id, p.percentile),
        ),
        None => (
            "Latency targets met".into(),
            format!("{} of {all}", all - missed.len()),
            format!("{all}"),
            String::new(),
        ),
    };
    let verdict = if missed.is_empty() {
        if unknown > 0 {
            Verdict::Unverified(format!(
                "{all} operations hold theirs, {unknown} lack a fact"
            ))
        } else {
            Verdict::Pass
        }
    } else {
        Verdict::Fail
    };
    let value = if nearest.is_empty() {
        value
    } else if missed.is_empty() {
        format!("{value} ({all} of {all} targets held)")
    } else {
        format!(
            "{value} ({} miss: {})",
            missed.len(),
            words::some(&missed, 2)
        )
    };
    Some(row(&what, value, target, &verdict, &key))
}

fn capacity(f: &Figures<'_>) -> Vec<Vec<String>> {
    let brief = &f.view.system.brief;
    let Some(now) = f.now else { return Vec::new() };
    let (Some(at), Some(first)) = (now.system.saturates_at, &now.system.saturates_first) else {
        return Vec::new();
    };
    let growth = brief.scale.as_ref().and_then(|s| s.growth);
    let when = growth
        .filter(|g| g.0 > 0.0 && at > 1.0)
        .map(|g| (at.ln() / (1.0 + g.0).ln(), g))
        .map(|(years, g)| {
            if years > 10.0 {
                format!(", beyond ten years at {g}")
            } else {
                format!(", in {} years at {g}", numbers::sig3(years))
            }
        })
        .unwrap_or_default();
    let bound = now
        .components
        .get(first)
        .is_some_and(|c| !c.incomplete.is_empty());
    let value = format!(
        "`{first}` at {}{} the busiest hour{when}",
        if bound { "no more than " } else { "" },
        numbers::times(at)
    );
    let mut rows = vec![row(
        "Saturates first",
        value,
        "over 1x".into(),
        &Verdict::of(at > 1.0),
        "system.saturates-at",
    )];
    let spikes = brief.scale.iter().flat_map(|s| &s.spikes);
    for (id, spike) in spikes {
        let verdict = if at >= spike.factor && !bound {
            Verdict::Pass
        } else if at >= spike.factor {
            Verdict::Unverified(format!("some demand on `{first}` is not known"))
        } else if spike.operations.is_empty() {
            Verdict::Fail
        } else {
            Verdict::Unverified(format!(
                "only {} grow, and that mix was not evaluated",
                words::counted(spike.operations.len(), "operation")
            ))
        };
        rows.push(row(
            &format!("Spike `{id}`"),
            format!("saturation at {}", numbers::times(at)),
            format!("{} for {}", numbers::times(spike.factor), spike.lasts),
            &verdict,
            "system.saturates-at",
        ));
    }
    rows
}

/// What the loss of a store's disk loses, where the model says it.
fn recovery_point(f: &Figures<'_>) -> Option<Vec<String>> {
    let asked = f.view.system.brief.targets.as_ref()?.recovery_point?;
    let architecture = &f.view.system.architecture;
    let mut worst: Option<(f64, String, Verdict)> = None;
    for (id, component) in &architecture.components {
        // Copies and what can be made again lose nothing that is not elsewhere.
        let mut held = architecture
            .data
            .values()
            .filter(|t| t.store == *id.as_str());
        let record = architecture.data.is_empty()
            || held.any(|t| {
                !matches!(
                    t.kind,
                    model::TableKind::Projection | model::TableKind::CacheEntries
                )
            });
        if component.kind != ComponentKind::Store || !record {
            continue;
        }
        let mode = component.replication.as_ref().map(|r| r.mode);
        let backup = component.backup.as_ref();
        let (loss, text, verdict) = match (mode, backup) {
            (Some(ReplicationMode::Synchronous | ReplicationMode::Quorum), _) => (
                0.0,
                "nothing, a commit waits for the replica".into(),
                Verdict::Pass,
            ),
            (_, Some(b)) if b.point_in_time => (
                1.0,
                "what the archive does not hold yet".into(),
                Verdict::Unverified(format!("`{id}` does not say how far its archive lags")),
            ),
            (_, Some(b)) => (
                b.every.0,
                format!("up to {}", b.every),
                Verdict::of(b.every.0 <= asked.0),
            ),
            (_, None) => (f64::MAX, "everything".into(), Verdict::Fail),
        };
        if worst.as_ref().is_none_or(|w| loss > w.0) {
            worst = Some((loss, format!("loses {text}"), verdict));
        }
    }
    let (_, value, verdict) = worst?;
    let target = if asked.0 == 0.0 {
        "nothing".to_string()
    } else {
        asked.to_string()
    };
    Some(row("Loss of the store's disk", value, target, &verdict, ""))
}

fn cost(f: &Figures<'_>) -> Vec<Vec<String>> {
    let Some(now) = f.now else { return Vec::new() };
    let budget = f
        .view
        .system
        .brief
        .constraints
        .as_ref()
        .and_then(|c| c.budget.as_ref());
    now.cost
        .total_per_month
        .iter()
        .map(|(currency, total)| {
            let target = budget
                .map(|b| format!("{} a month", numbers::money(b.amount, &b.currency)))
                .unwrap_or_default();
            let verdict = match budget {
                None => Verdict::None,
                Some(b) if b.currency != *currency => Verdict::Unverified(format!(
                    "prices are in {currency}, the budget in {}; the model holds no exchange rate",
                    b.currency
                )),
                Some(b) => Verdict::of(*total <= b.amount),
            };
            row(
                "Infrastructure",
                format!("{} a month", numbers::money(*total, currency)),
                target,
                &verdict,
                &format!("cost.{currency}"),
            )
        })
        .collect()
}

fn assumptions(f: &Figures<'_>, page: &mut Page) {
    let assumptions = &f.view.system.brief.assumptions;
    if assumptions.is_empty() {
        page.para("**Assumptions.** The brief lists none.");
        return;
    }
    page.para("**Assumptions**");
    let lines: Vec<String> = assumptions
        .values()
        .enumerate()
        .map(|(i, a)| {
            let mut line = format!("<a id=\"a{0}\"></a>**A{0}** {1}", i + 1, f.prose(&a.text));
            let mut small = Vec::new();
            if let Some(sets) = &a.sets {
                small.push(format!("sets `{sets}`"));
            }
            if !a.decides.is_empty() {
                small.push(format!("decides {}", words::list(&a.decides)));
            }
            small.push(format!("because {}", a.because.trim_end_matches('.')));
            line.push_str(&format!(" ({})", small.join("; ")));
            line
        })
        .collect();
    page.bullets(&lines);
}
