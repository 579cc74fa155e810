//! Caches of the model: how often they answer by the paths, and how much of what is asked for fits.

use std::collections::BTreeMap;

use model::{ComponentKind, Path, Step, System, Work};

use super::Cache;
use super::walk::{probability, times};
use crate::system::stock::fixed_row;

/// Zipf's exponent of what is asked for. Assumed; L. Breslau et al., Web Caching and Zipf-like
/// Distributions, INFOCOM 1999, measured .64 to .83.
pub(crate) const SKEW: f64 = 0.8;
/// Bytes that an entry takes besides its value. Redis documentation, FAQ: a million small keys and
/// values take about 85 MB.
pub(crate) const ENTRY_BYTES: f64 = 85.0;

/// What the paths say of one cache.
#[derive(Debug, Clone, Default)]
pub(super) struct Lookups {
    per_s: f64,
    /// Of those after which something happens in a share of the runs only.
    known_per_s: f64,
    missed_per_s: f64,
    /// The table looked up, and the table read where it misses.
    table: Option<String>,
    source: Option<String>,
}

/// Components that caches are, with their index among them.
pub(super) fn indices(system: &System) -> BTreeMap<String, usize> {
    let caches = system
        .architecture
        .components
        .iter()
        .filter(|(_, c)| c.kind == ComponentKind::Cache);
    caches
        .enumerate()
        .map(|(i, (id, _))| (id.clone(), i))
        .collect()
}

/// The look-ups of one path while it is walked: a step after a look-up that happens in a share of
/// the runs only, and each later one with the same share, happens because the look-up missed.
#[derive(Default)]
pub(super) struct Looked<'a> {
    /// The cache asked last, and the share of runs in which it misses.
    open: Option<(usize, f64)>,
    all: Vec<Lookup<'a>>,
}

struct Lookup<'a> {
    cache: usize,
    passes: f64,
    missed: Option<f64>,
    table: Option<&'a str>,
    source: Option<&'a str>,
}

impl<'a> Looked<'a> {
    /// Takes note of a step; says the cache because of whose miss it happens.
    pub fn step(&mut self, step: &'a Step, cache: Option<usize>, path: &'a Path) -> Option<usize> {
        if let (Some(cache), Work::Get) = (cache, step.work) {
            let later = path.steps.iter().skip_while(|s| !std::ptr::eq(*s, step));
            let later = later.skip(1).take_while(|s| s.work != Work::Get);
            let own = probability(step);
            let mut less = later.filter(|s| probability(s) < own).peekable();
            let missed = less.peek().map(|s| probability(s));
            let source = less
                .find(|s| s.work.reads_rows())
                .and_then(|s| s.table.as_deref());
            self.open = missed.map(|m| (cache, m));
            self.all.push(Lookup {
                cache,
                passes: times(step) * own,
                missed: missed.filter(|_| own > 0.0).map(|m| m / own),
                table: step.table.as_deref(),
                source,
            });
            return None;
        }
        let (cache, share) = self.open?;
        ((probability(step) - share).abs() < 1e-9).then_some(cache)
    }

    /// Adds what was seen, at the path's rate, to the caches.
    pub fn count(&self, rate_per_s: f64, into: &mut BTreeMap<usize, Lookups>) {
        for lookup in &self.all {
            let per_s = rate_per_s * lookup.passes;
            if !(0.0..=1e12).contains(&per_s) {
                continue;
            }
            let sum = into.entry(lookup.cache).or_default();
            sum.per_s += per_s;
            if let Some(missed) = lookup.missed {
                sum.known_per_s += per_s;
                sum.missed_per_s += per_s * missed;
            }
            let keep = |known: &mut Option<String>, new: Option<&str>| {
                if known.is_none() {
                    *known = new.map(str::to_string);
                }
            };
            keep(&mut sum.table, lookup.table);
            keep(&mut sum.source, lookup.source);
        }
    }
}

/// The caches of a system with what its paths say of them.
pub(super) fn caches(system: &System, lookups: &BTreeMap<usize, Lookups>) -> Vec<Cache> {
    let nothing = Lookups::default();
    let indices = indices(system);
    let mut all: Vec<(usize, Cache)> = indices
        .into_iter()
        .map(|(id, i)| {
            let asked = lookups.get(&i).unwrap_or(&nothing);
            (i, cache(system, &id, asked))
        })
        .collect();
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, c)| c).collect()
}

fn cache(system: &System, id: &str, asked: &Lookups) -> Cache {
    let table = |id: &Option<String>| system.architecture.data.get(id.as_deref()?);
    let (own, source) = (table(&asked.table), table(&asked.source));
    let rows = |t: Option<&model::Table>| t.and_then(|t| t.rows).map(|r| r.0);
    let volume = || {
        let entity = own.or(source)?.entity.as_ref()?;
        let entity = system.brief.domain.entities.get(&**entity)?;
        Some(entity.volume.as_ref()?.rows?.0)
    };
    let objects = rows(own).or_else(|| rows(source)).or_else(volume);
    let bytes = |t: Option<&model::Table>| {
        let t = t?;
        t.row.map(|b| b.0).or_else(|| fixed_row(t))
    };
    let entry = bytes(own).or_else(|| bytes(source));
    let component = system.component(id);
    let memory = component.and_then(|c| {
        let each = c.size.as_ref()?.memory?.0;
        Some(each * f64::from(c.instances.unwrap_or(1).max(1)))
    });
    let capacity = match (memory, entry) {
        (Some(memory), Some(entry)) => memory / (entry.max(0.0) + ENTRY_BYTES),
        _ => 0.0,
    };
    let hit = if asked.known_per_s > 0.0 {
        1.0 - asked.missed_per_s / asked.known_per_s
    } else {
        0.0
    };
    let finite = |x: f64| if x.is_finite() { x.max(0.0) } else { 0.0 };
    Cache {
        id: id.to_string(),
        hit: hit.clamp(0.0, 1.0),
        objects: finite(objects.unwrap_or(0.0)),
        skew: SKEW,
        capacity: finite(capacity),
        ttl_s: own
            .and_then(|t| t.retention.as_ref())
            .map(|r| r.keep.secs()),
        lookups_per_s: asked.per_s,
    }
}
