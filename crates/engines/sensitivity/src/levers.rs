//! The uncertain numbers of a system: what each may lie between, why, and how it is moved.

use knowledge::{Kind, Knowledge, Role, Scope, Technology};
use model::{
    Certainty, ComponentKind, EvidenceKind, Finding, Operation, Range, Severity, System, Work,
};

/// Most operations whose rates are moved one by one; the rest, the rarest, move together.
const MOST_OPERATIONS: usize = 12;

/// What a range rests on where the brief states none, by the kind of evidence. Our own judgement,
/// and written here so that it can be argued with.
///
/// - Measured here: 0.8 to 1.25 times. Repeated runs on one machine differ by some per cent, and one
///   core of another generation by up to a quarter.
/// - Published: half to twice. Other hardware, another version, another load.
/// - Attested (a person's word): half to twice. A forecast of load is an order of magnitude with one
///   digit.
/// - Assumed: a third to three times. Nobody was asked.
/// - A share of time that is up: the time down is a third to three times as long.
pub fn default_spread(kind: EvidenceKind) -> (f64, &'static str) {
    match kind {
        EvidenceKind::Measured | EvidenceKind::Executed => (
            1.25,
            "measured here: another core differs by up to a quarter",
        ),
        EvidenceKind::Published => (
            2.0,
            "published: other hardware, version and load, half to twice",
        ),
        EvidenceKind::Assumed => (3.0, "assumed, nobody was asked: a third to three times"),
        _ => (2.0, "a person's word: half to twice"),
    }
}

/// One uncertain number.
#[derive(Debug, Clone)]
pub(crate) struct Lever {
    /// Its model path, as a range names it.
    pub key: String,
    /// In words (`rate of place-order`).
    pub title: String,
    pub unit: &'static str,
    pub nominal: f64,
    pub low: f64,
    pub high: f64,
    pub evidence: EvidenceKind,
    /// Why it lies between these.
    pub because: String,
    pub scale: Scale,
    pub action: Action,
}

/// How the values between the bounds are spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Evenly.
    Even,
    /// Evenly in the logarithm: half to twice has the value in its middle.
    Logarithm,
    /// Evenly in the logarithm of what is missing to 1: a share of time that is up.
    LogarithmOfRest,
}

impl Scale {
    fn forth(self, value: f64) -> f64 {
        match self {
            Scale::Even => value,
            Scale::Logarithm => value.ln(),
            Scale::LogarithmOfRest => -(1.0 - value).ln(),
        }
    }

    fn back(self, value: f64) -> f64 {
        match self {
            Scale::Even => value,
            Scale::Logarithm => value.exp(),
            Scale::LogarithmOfRest => 1.0 - (-value).exp(),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) enum Action {
    /// Rates of these operations, as a multiple of what is said.
    Rates(Vec<String>),
    Growth,
    /// All processor times and waits of a technology, as a multiple.
    Demands(String),
    Availability(String),
    /// Of the machines that our own components stand on, zones and regions with them.
    Machines,
    PortAvailability(String),
    /// The answer times of a component or of the port of that name, as a multiple.
    Latency(String),
    /// The share of look-ups that a cache answers.
    Hit(String),
    Rows(String),
}

impl Lever {
    /// The value at a share of the way from low to high.
    pub fn at(&self, share: f64) -> f64 {
        match share {
            // The ends themselves, to the last digit.
            0.0 => self.low,
            1.0 => self.high,
            _ => {
                let (low, high) = (self.scale.forth(self.low), self.scale.forth(self.high));
                self.scale.back(low + (high - low) * share)
            }
        }
    }

    /// Where its own value lies, as a share of the way.
    pub fn share(&self) -> f64 {
        let (low, high) = (self.scale.forth(self.low), self.scale.forth(self.high));
        let share = (self.scale.forth(self.nominal) - low) / (high - low);
        if share.is_finite() {
            share.clamp(0.0, 1.0)
        } else {
            0.5
        }
    }

    /// Whether there is anything between the bounds.
    fn moves(&self) -> bool {
        let (low, high) = (self.scale.forth(self.low), self.scale.forth(self.high));
        low.is_finite() && high.is_finite() && low < high
    }

    /// A factor to both sides.
    fn spread(mut self, kind: EvidenceKind) -> Self {
        let (factor, because) = default_spread(kind);
        self.evidence = kind;
        self.because = because.into();
        self.low = self.nominal / factor;
        self.high = self.nominal * factor;
        self
    }
}

fn lever(key: String, title: String, unit: &'static str, nominal: f64, action: Action) -> Lever {
    Lever {
        key,
        title,
        unit,
        nominal,
        low: nominal,
        high: nominal,
        evidence: EvidenceKind::Attested,
        because: String::new(),
        scale: Scale::Logarithm,
        action,
    }
}

/// Every lever of a system with its range, and what is wrong with the ranges that are stated.
pub(crate) fn levers(system: &System, knowledge: &Knowledge) -> (Vec<Lever>, Vec<Finding>) {
    let mut all = rates(system);
    all.extend(growth(system));
    all.extend(demands(system, knowledge));
    all.extend(availabilities(system));
    all.extend(machines(knowledge));
    all.extend(latencies(system));
    all.extend(caches(system));
    let stated_only = rows(system);
    let mut findings = Vec::new();
    for (path, range) in &system.brief.ranges {
        let wanted = normal(path);
        if let Some(known) = all.iter_mut().find(|l| l.key == wanted) {
            state(known, range);
            findings.extend(outside(path, known));
        } else if let Some(more) = stated_only.iter().find(|l| l.key == wanted) {
            let mut more = more.clone();
            state(&mut more, range);
            findings.extend(outside(path, &more));
            all.push(more);
        } else {
            let known = all.iter().chain(&stated_only).map(|l| l.key.as_str());
            findings.push(unknown(path, known));
        }
    }
    // What cannot move has no range: a growth of nothing, a technology that costs nothing.
    all.retain(Lever::moves);
    (all, findings)
}

/// Paths are written with or without the collections around them.
fn normal(path: &str) -> String {
    let path = path.strip_prefix("brief.").unwrap_or(path);
    let path = path.strip_prefix("domain.").unwrap_or(path);
    let path = path.strip_suffix(".busy").unwrap_or(path);
    path.to_string()
}

fn state(lever: &mut Lever, range: &Range) {
    lever.low = range.low;
    lever.high = range.high;
    lever.because = "stated in the brief".into();
    // A range is even in the logarithm where its ends are some times apart and positive.
    lever.scale = if range.low > 0.0 && range.high / range.low > 1.5 {
        Scale::Logarithm
    } else {
        Scale::Even
    };
}

fn outside(path: &str, lever: &Lever) -> Option<Finding> {
    let inside = (lever.low * (1.0 - 1e-9)..=lever.high * (1.0 + 1e-9)).contains(&lever.nominal);
    (!inside).then(|| {
        let message = format!(
            "the range of `{path}` does not hold the value itself, {} {}",
            lever.nominal, lever.unit
        );
        Finding::new("range-beside-value", Severity::Minor, place(path), message)
            .why("what is evaluated would then lie outside of what is expected")
            .remedy("widen the range, or correct the value")
    })
}

fn place(path: &str) -> String {
    format!("ranges[\"{path}\"]")
}

fn unknown<'a>(path: &str, known: impl Iterator<Item = &'a str>) -> Finding {
    let last = path.rsplit('.').next().unwrap_or(path);
    let like: Vec<&str> = known.filter(|k| k.ends_with(last)).take(3).collect();
    let remedy = if like.is_empty() {
        "ranges are of `operations.<id>.rate`, `scale.growth`, `technologies.<id>.demands`, \
         `components.<id>.availability`, `components.<id>.latency`, `<cache>.hit` or `data.<id>.rows`"
            .to_string()
    } else {
        format!("did you mean one like `{}`?", like.join("`, `"))
    };
    Finding::new(
        "unknown-range",
        Severity::Major,
        place(path),
        format!("`{path}` is no number of this system whose range is used"),
    )
    .why("a range that nothing reads changes no result")
    .remedy(remedy)
    .certainty(Certainty::Resolved)
}

/// Whether an assumption of the brief set a value at this path.
fn assumed(system: &System, paths: &[&str]) -> bool {
    let set = system
        .brief
        .assumptions
        .values()
        .filter_map(|a| a.sets.as_deref());
    let set: Vec<String> = set.map(normal).collect();
    paths
        .iter()
        .any(|path| set.iter().any(|s| path.starts_with(s.as_str())))
}

fn rates(system: &System) -> Vec<Lever> {
    let brief = &system.brief;
    let rate = |operation: &Operation| brief.busy_rate(operation).map_or(0.0, |r| r.0);
    let mut known: Vec<(&str, f64)> = system
        .runs()
        .map(|(id, operation, _)| (id, rate(operation)))
        .filter(|(_, rate)| *rate > 0.0)
        .collect();
    known.sort_by(|a, b| b.1.total_cmp(&a.1));
    let stated = |id: &str| {
        let key = format!("operations.{id}.rate");
        brief.ranges.keys().any(|path| normal(path) == key)
    };
    let (mut one_by_one, mut together) = (Vec::new(), Vec::new());
    for (at, (id, rate)) in known.into_iter().enumerate() {
        if at < MOST_OPERATIONS || stated(id) {
            one_by_one.push((id, rate));
        } else {
            together.push((id, rate));
        }
    }
    let mut all: Vec<Lever> = one_by_one
        .into_iter()
        .map(|(id, rate)| {
            let key = format!("operations.{id}.rate");
            let kind = match assumed(system, &[&key]) {
                true => EvidenceKind::Assumed,
                false => EvidenceKind::Attested,
            };
            let action = Action::Rates(vec![id.to_string()]);
            lever(key, format!("rate of {id}"), "per second", rate, action).spread(kind)
        })
        .collect();
    if !together.is_empty() {
        let sum = together.iter().map(|(_, rate)| rate).sum();
        let ids: Vec<String> = together.iter().map(|(id, _)| id.to_string()).collect();
        let title = format!("rates of the other {} operations", ids.len());
        let key = "operations.others.rate".to_string();
        let one = lever(key, title, "per second", sum, Action::Rates(ids));
        all.push(one.spread(EvidenceKind::Attested));
    }
    all
}

fn growth(system: &System) -> Option<Lever> {
    let growth = system.brief.scale.as_ref()?.growth?;
    let kind = match assumed(system, &["scale.growth"]) {
        true => EvidenceKind::Assumed,
        false => EvidenceKind::Attested,
    };
    let one = lever(
        "scale.growth".into(),
        "growth of the load".into(),
        "a year",
        growth.0,
        Action::Growth,
    )
    .spread(kind);
    Some(Lever {
        scale: if growth.0 > 0.0 {
            Scale::Logarithm
        } else {
            Scale::Even
        },
        low: one.low.min(one.high),
        high: one.low.max(one.high),
        ..one
    })
}

fn demands(system: &System, knowledge: &Knowledge) -> Vec<Lever> {
    let mut used: Vec<&Technology> = Vec::new();
    for (_, _, path) in system.runs() {
        for step in path.steps.iter().filter(|s| s.cpu.is_none()) {
            let component = system.component(&step.on);
            let technology = component
                .and_then(|c| c.technology.as_deref())
                .and_then(|t| knowledge.technology(t));
            if let Some(technology) = technology.filter(|t| !t.demands.is_empty())
                && !used.iter().any(|u| u.id == technology.id)
            {
                used.push(technology);
            }
        }
    }
    used.into_iter()
        .map(|technology| {
            let kind = match technology.demands.iter().any(|d| d.kind == Kind::Measured) {
                true => EvidenceKind::Measured,
                false => EvidenceKind::Published,
            };
            let id = technology.id.clone();
            let key = format!("technologies.{id}.demands");
            let title = format!("processor time of {}", technology.name);
            lever(key, title, "times the fact", 1.0, Action::Demands(id)).spread(kind)
        })
        .collect()
}

fn share_of_time(key: String, of: &str, up: f64, kind: EvidenceKind, action: Action) -> Lever {
    let one = lever(key, format!("availability of {of}"), "share", up, action);
    Lever {
        low: (1.0 - 3.0 * (1.0 - up)).max(0.0),
        high: 1.0 - (1.0 - up) / 3.0,
        evidence: kind,
        because: "a share of time: down a third to three times as long".into(),
        scale: Scale::LogarithmOfRest,
        ..one
    }
}

fn availabilities(system: &System) -> Vec<Lever> {
    let mut all = Vec::new();
    for (id, component) in &system.architecture.components {
        let port = system
            .brief
            .domain
            .ports
            .get(id)
            .and_then(|p| p.availability);
        let (key, up, action) = match (component.availability, port) {
            (Some(said), _) => {
                let key = format!("components.{id}.availability");
                (key, said.0, Action::Availability(id.clone()))
            }
            (None, Some(said)) => {
                let key = format!("ports.{id}.availability");
                (key, said.0, Action::PortAvailability(id.clone()))
            }
            (None, None) => continue,
        };
        all.push(share_of_time(key, id, up, EvidenceKind::Published, action));
    }
    all
}

fn machines(knowledge: &Knowledge) -> Option<Lever> {
    let hosts = knowledge.with_capabilities(Role::Host, &[]);
    let up = hosts.iter().find_map(|h| h.availability(Scope::Instance))?;
    let key = "machines.availability".to_string();
    let (up, kind) = (up.fraction(), EvidenceKind::Published);
    Some(share_of_time(key, "machines", up, kind, Action::Machines))
}

fn latencies(system: &System) -> Vec<Lever> {
    let mut all = Vec::new();
    for (id, component) in &system.architecture.components {
        let port = system.brief.domain.ports.get(id).and_then(|p| p.latency);
        let Some(latency) = component.latency.or(port) else {
            continue;
        };
        let ours = component.size.as_ref().is_some_and(|s| s.vcpu.is_some());
        let Some(typical) = latency.p99.or(latency.p95).or(latency.p50) else {
            continue;
        };
        if ours && component.kind != ComponentKind::External {
            continue;
        }
        let key = format!("components.{id}.latency");
        let title = format!("answer time of {id} (p99)");
        let one = lever(key, title, "s", typical.secs(), Action::Latency(id.clone()));
        all.push(one.spread(EvidenceKind::Attested));
    }
    all
}

fn caches(system: &System) -> Vec<Lever> {
    let mut all = Vec::new();
    for (id, component) in &system.architecture.components {
        if !matches!(component.kind, ComponentKind::Cache | ComponentKind::Cdn) {
            continue;
        }
        let misses = system.architecture.paths.values().find_map(|path| {
            let set = path
                .steps
                .iter()
                .find(|s| *s.on == **id && s.work == Work::Set)?;
            set.probability
        });
        let Some(miss) = misses.filter(|m| (0.0..1.0).contains(&m.0)) else {
            continue;
        };
        let hit = 1.0 - miss.0;
        let key = format!("{id}.hit");
        let one = lever(
            key,
            format!("hits of {id}"),
            "share",
            hit,
            Action::Hit(id.clone()),
        );
        all.push(Lever {
            low: (1.0 - 2.0 * miss.0).max(0.0),
            high: 1.0 - miss.0 / 2.0,
            evidence: EvidenceKind::Computed,
            because: "computed from an even popularity: half to twice the misses".into(),
            scale: Scale::LogarithmOfRest,
            ..one
        });
    }
    all
}

/// Rows are moved only where a range is stated: what is there can be counted.
fn rows(system: &System) -> Vec<Lever> {
    let tables = system.architecture.data.iter();
    tables
        .filter_map(|(id, table)| {
            let key = format!("data.{id}.rows");
            let action = Action::Rows(id.clone());
            Some(lever(
                key,
                format!("rows of {id}"),
                "rows",
                table.rows?.0,
                action,
            ))
        })
        .collect()
}
