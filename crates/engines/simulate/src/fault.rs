//! What happens to the system itself while it runs: zones are lost, components stop or become slow,
//! load spikes, caches are emptied, and autoscalers answer.

use serde::{Deserialize, Serialize};

use crate::Settings;
use crate::program::NONE;
use crate::world::World;

/// One thing that goes wrong, from a time on and for a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fault {
    /// Seconds from the start of the run.
    pub at_s: f64,
    pub for_s: f64,
    pub kind: FaultKind,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The zone with this index (0 is `a`): what works there vanishes, with what it works on.
    LoseZone(usize),
    /// A component by its id: it refuses what comes, and loses what it works on. A cache is empty
    /// afterwards.
    Stop(String),
    /// A component takes this many times as long.
    Slow { component: String, factor: f64 },
    /// This many times the rate, of one operation or of all.
    Spike {
        factor: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        operation: Option<String>,
    },
    /// A cache by its id loses all it holds, once.
    Flush(String),
}

impl FaultKind {
    /// In words, for a timeline.
    pub fn describe(&self) -> String {
        match self {
            FaultKind::LoseZone(zone) => format!("zone {} lost", zone_name(*zone)),
            FaultKind::Stop(component) => format!("`{component}` stopped"),
            FaultKind::Slow { component, factor } => {
                format!("`{component}` takes {factor} times as long")
            }
            FaultKind::Spike { factor, operation } => match operation {
                Some(operation) => format!("{factor} times the rate of `{operation}`"),
                None => format!("{factor} times the load"),
            },
            FaultKind::Flush(cache) => format!("`{cache}` emptied"),
        }
    }
}

/// `a` for zone 0.
pub fn zone_name(zone: usize) -> String {
    match u8::try_from(zone) {
        Ok(zone) if zone < 26 => char::from(b'a' + zone).to_string(),
        _ => format!("{}", zone + 1),
    }
}

/// A component's state; work of a component that the plant does not name has none.
#[derive(Debug, Clone, Copy)]
pub struct Component {
    pub stopped: bool,
    pub slow: f64,
}

#[derive(Debug, Clone)]
pub struct Components(Vec<Component>);

const WELL: Component = Component {
    stopped: false,
    slow: 1.0,
};

impl Components {
    pub fn new(count: usize) -> Self {
        Components(vec![WELL; count])
    }

    #[inline]
    pub fn get(&self, component: u32) -> Option<&Component> {
        self.0.get(component as usize)
    }
}

/// Something that is going to change the system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    On(usize),
    Off(usize),
    /// What a station lost by a fault works again elsewhere.
    TakenOver {
        fault: usize,
        station: usize,
    },
    /// The autoscalers look.
    Look,
    /// What an autoscaler ordered begins to work.
    Added {
        station: usize,
        processors: f64,
    },
}

/// How often autoscalers look, and how long less must do before they take away: the defaults of
/// Kubernetes' horizontal pod autoscaler (sync period 15 s, downscale stabilisation 300 s).
const LOOK_EVERY_S: f64 = 15.0;
const CALM_S: f64 = 300.0;

/// Which faults are on, and what has been taken over.
#[derive(Debug, Clone, Default)]
pub struct Script {
    faults: Vec<Fault>,
    on: Vec<bool>,
    taken_over: Vec<(usize, usize)>,
}

impl World<'_> {
    pub fn schedule_faults(&mut self, settings: &Settings) {
        self.script.faults.clone_from(&settings.faults);
        self.script.on = vec![false; settings.faults.len()];
        for (i, fault) in settings.faults.iter().enumerate() {
            if fault.at_s.is_finite() && fault.at_s >= 0.0 {
                self.plan(fault.at_s, Change::On(i));
                if fault.for_s.is_finite() {
                    self.plan(fault.at_s + fault.for_s.max(0.0), Change::Off(i));
                }
            }
        }
        if self.plant.stations.iter().any(|s| s.scaling.is_some()) {
            self.plan(LOOK_EVERY_S, Change::Look);
        }
    }

    /// Adds a change; of several at one time the first added comes first.
    fn plan(&mut self, at_s: f64, change: Change) {
        let at = self.changes.partition_point(|(t, _)| *t > at_s);
        self.changes.insert(at, (at_s, change));
        let next = self.changes.last().map_or(f64::INFINITY, |(t, _)| *t);
        self.clocks.set(self.change_clock(), next);
    }

    /// The next change is due.
    pub fn change(&mut self) {
        if let Some((_, change)) = self.changes.pop() {
            let next = self.changes.last().map_or(f64::INFINITY, |(t, _)| *t);
            self.clocks.set(self.change_clock(), next);
            match change {
                Change::On(fault) => self.switch(fault, true),
                Change::Off(fault) => self.switch(fault, false),
                Change::TakenOver { fault, station } => {
                    if self.script.on[fault] {
                        self.script.taken_over.push((fault, station));
                        self.refit_now(station);
                    }
                }
                Change::Look => self.look(),
                Change::Added {
                    station,
                    processors,
                } => {
                    let s = &mut self.stations[station];
                    s.processors += processors;
                    s.scaled.ordered -= processors;
                    self.refit_now(station);
                }
            }
        }
    }

    fn switch(&mut self, fault: usize, on: bool) {
        self.script.on[fault] = on;
        self.script.taken_over.retain(|(f, _)| *f != fault);
        let fault_kind = self.script.faults[fault].kind.clone();
        match &fault_kind {
            FaultKind::LoseZone(zone) => self.zone(fault, *zone, on),
            FaultKind::Stop(id) => self.stop(id, on),
            FaultKind::Slow { component, .. } => {
                if let Some(index) = self.component(component) {
                    self.appoint(index);
                    self.refit_component(index);
                }
            }
            FaultKind::Spike { operation, .. } => self.spike(operation.as_deref()),
            FaultKind::Flush(id) => {
                if on {
                    self.flush(id);
                }
            }
        }
    }

    fn component(&self, id: &str) -> Option<u32> {
        let known = self.program.components.iter().position(|c| c == id)?;
        Some(known as u32)
    }

    /// A component's state from the faults that are on.
    fn appoint(&mut self, index: u32) {
        let mut state = WELL;
        let id = &self.program.components[index as usize];
        for (fault, _) in self
            .script
            .faults
            .iter()
            .zip(&self.script.on)
            .filter(|(_, on)| **on)
        {
            match &fault.kind {
                FaultKind::Stop(stopped) if stopped == id => state.stopped = true,
                FaultKind::Slow { component, factor } if component == id => {
                    state.slow *= if factor.is_finite() {
                        factor.max(1e-6)
                    } else {
                        1e6
                    };
                }
                _ => {}
            }
        }
        self.components.0[index as usize] = state;
    }

    fn refit_component(&mut self, index: u32) {
        for station in 0..self.stations.len() {
            if self.program.station_components[station] == index {
                self.refit_now(station);
            }
        }
    }

    /// Servers and speed of a station as things stand.
    fn refit_now(&mut self, index: usize) {
        let spec = &self.plant.stations[index];
        let left = self.share_left(index);
        let component = self.program.station_components[index];
        let slow = self.components.get(component).map_or(1.0, |c| c.slow);
        let (servers, speed) =
            match evaluate::plant::capacity(self.stations[index].processors * left) {
                _ if left <= 0.0 => (0, 1.0),
                _ if spec.processors.is_infinite() => (u32::MAX, 1.0),
                (evaluate::network::Capacity::Servers(n), speed) => (n as u32, speed),
                (evaluate::network::Capacity::Unlimited, speed) => (u32::MAX, speed),
            };
        self.refit(index, servers, speed / slow);
    }

    fn share_left(&self, station: usize) -> f64 {
        let zones = &self.plant.stations[station].zones;
        let mut lost = 0.0;
        let mut counted = Vec::new();
        for (i, fault) in self.script.faults.iter().enumerate() {
            let FaultKind::LoseZone(zone) = fault.kind else {
                continue;
            };
            let away = self.script.on[i] && !self.script.taken_over.contains(&(i, station));
            if away && !counted.contains(&zone) {
                counted.push(zone);
                lost += zones.get(zone).copied().unwrap_or(0.0);
            }
        }
        let left = 1.0 - lost;
        if left < 1e-9 { 0.0 } else { left }
    }

    fn zone(&mut self, fault: usize, zone: usize, on: bool) {
        for station in 0..self.stations.len() {
            let spec = &self.plant.stations[station];
            let share = spec.zones.get(zone).copied().unwrap_or(0.0);
            if share <= 0.0 {
                continue;
            }
            if on {
                let takes_over = spec.takes_over_s.filter(|t| t.is_finite() && *t >= 0.0);
                if let Some(after_s) = takes_over {
                    self.plan(self.now + after_s, Change::TakenOver { fault, station });
                }
                // Of what is there now, this share stands in the zone.
                let left = self.share_left(station);
                self.take_away(station, share / (share + left), left <= 0.0);
            }
            self.refit_now(station);
        }
    }

    /// Loses that share of what a station works on, and what waits where nobody is left to serve it.
    fn take_away(&mut self, station: usize, share: f64, nobody_left: bool) {
        if !self.bounded(station) {
            return;
        }
        let (served, waiting) = self.present(station);
        let mut lost = Vec::new();
        for task in served {
            if share >= 1.0 || self.loss.unit() < share {
                lost.push(task);
            }
        }
        self.drop_served(station, &lost);
        if nobody_left {
            self.drop_waiting(station);
        }
        for task in lost {
            self.lose(task);
        }
        if nobody_left {
            waiting.into_iter().for_each(|task| self.lose(task));
        }
    }

    fn stop(&mut self, id: &str, on: bool) {
        let Some(index) = self.component(id) else {
            return;
        };
        self.appoint(index);
        if on {
            for station in 0..self.stations.len() {
                if self.program.station_components[station] == index {
                    self.take_away(station, 1.0, true);
                }
            }
        }
        self.refit_component(index);
        let down = self.components.get(index).is_some_and(|c| c.stopped);
        for (cache, component) in self.caches.iter_mut().zip(&self.program.cache_components) {
            if *component == index {
                cache.down = down;
                cache.flush();
            }
        }
    }

    fn flush(&mut self, id: &str) {
        let caches = self.caches.iter_mut().zip(&self.plant.caches);
        for (cache, _) in caches.filter(|(_, spec)| spec.id == id) {
            cache.flush();
        }
    }

    /// Rates from the spikes that are on. The time to the next arrival is stretched or shrunk, which
    /// keeps the process Poisson and its random numbers the same.
    fn spike(&mut self, operation: Option<&str>) {
        for flow in 0..self.sources.len() {
            let id = &self.plant.flows[flow].id;
            if operation.is_some_and(|o| o != id) {
                continue;
            }
            let mut factor = 1.0;
            for (fault, _) in self
                .script
                .faults
                .iter()
                .zip(&self.script.on)
                .filter(|(_, on)| **on)
            {
                if let FaultKind::Spike {
                    factor: times,
                    operation,
                } = &fault.kind
                    && operation.as_ref().is_none_or(|o| o == id)
                    && times.is_finite()
                {
                    // Never quite nothing, so that the rest of the gap stays finite.
                    factor *= times.max(1e-9);
                }
            }
            let clock = self.flow_clock(flow);
            let left = self.clocks.time_s(clock) - self.now;
            let before = std::mem::replace(&mut self.sources[flow].factor, factor);
            self.clocks.set(clock, self.now + left * before / factor);
        }
    }

    /// Every autoscaler compares what was busy since the last look with its mark.
    fn look(&mut self) {
        let now = self.now;
        for index in 0..self.stations.len() {
            let Some(rule) = self.plant.stations[index].scaling else {
                continue;
            };
            let least = self.plant.stations[index].processors.max(rule.least);
            let station = &mut self.stations[index];
            station.account(now);
            let busy = station.area.busy - station.scaled.busy;
            let servers = station.area.servers - station.scaled.servers;
            station.scaled.busy = station.area.busy;
            station.scaled.servers = station.area.servers;
            let used = if servers > 0.0 { busy / servers } else { 1.0 };
            let have = station.processors + station.scaled.ordered;
            let step = rule.step.max(1e-6);
            if used > rule.at && rule.at > 0.0 {
                station.scaled.idle_since_s = None;
                let wanted = station.processors * used / rule.at;
                let more = ((wanted - have) / step).ceil() * step;
                let more = more.min(((rule.most - have) / step + 1e-9).floor() * step);
                if more > 0.0 {
                    station.scaled.ordered += more;
                    let change = Change::Added {
                        station: index,
                        processors: more,
                    };
                    self.plan(now + rule.delay_s.max(0.0), change);
                }
                continue;
            }
            let fewer = station.processors - step;
            let enough = fewer >= least && used * station.processors / fewer <= rule.at;
            if !enough || station.scaled.ordered > 0.0 {
                station.scaled.idle_since_s = None;
                continue;
            }
            let since = *station.scaled.idle_since_s.get_or_insert(now);
            if now - since >= CALM_S {
                station.processors = fewer;
                station.scaled.idle_since_s = None;
                self.refit_now(index);
            }
        }
        self.plan(now + LOOK_EVERY_S, Change::Look);
    }

    /// Names in a script that the plant does not have.
    pub fn unknown(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for fault in &self.script.faults {
            let missing = match &fault.kind {
                FaultKind::LoseZone(zone) => {
                    let there = |s: &evaluate::plant::Station| {
                        s.zones.get(*zone).is_some_and(|share| *share > 0.0)
                    };
                    (!self.plant.stations.iter().any(there)).then(|| zone_name(*zone))
                }
                FaultKind::Stop(id) | FaultKind::Slow { component: id, .. } => {
                    self.component(id).is_none().then(|| id.clone())
                }
                FaultKind::Spike { operation, .. } => {
                    let known = |o: &&String| !self.plant.flows.iter().any(|f| f.id == **o);
                    operation.as_ref().filter(known).cloned()
                }
                FaultKind::Flush(id) => {
                    let known = self.plant.caches.iter().any(|c| c.id == *id);
                    (!known).then(|| id.clone())
                }
            };
            if let Some(id) = missing {
                let what = fault.kind.describe();
                lines.push(format!("{what}: nothing of the kind works here (`{id}`)"));
            }
        }
        for (cache, spec) in self.caches.iter().zip(&self.plant.caches) {
            let emptied = self.script.faults.iter().any(
                |f| matches!(&f.kind, FaultKind::Stop(id) | FaultKind::Flush(id) if *id == spec.id),
            );
            if emptied && !cache.known {
                let id = &spec.id;
                lines.push(format!(
                    "`{id}`: how many objects are asked for is not known, so it is warm at once"
                ));
            }
        }
        debug_assert!(self.program.station_components.iter().all(|c| *c != NONE));
        lines
    }
}
