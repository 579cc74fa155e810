//! The plant: what works, what is held, who calls whom, before any arithmetic.
//!
//! Both engines start here, so that they cannot disagree about the system: the closed form flattens
//! a plant into a [`crate::network::Network`], the simulator walks it event by event. Everything is
//! referred to by index; times are seconds, rates are per second.
//!
//! A flow is one operation. Its body is a tree: a call holds what it needs (a connection, a slot of
//! the component that answers), does the work inside, and comes back. Shares and times of a nested
//! act are conditional on the act around it, so that means multiply down the tree.

use crate::network::{Capacity, Discipline};

mod build;
mod caches;
mod flatten;
mod resources;
mod stations;
mod tree;
mod walk;

pub use build::build;
pub(crate) use build::{Built, Run, construct, lost_zone, wanted};
pub(crate) use flatten::{BACKGROUND, Lane, flatten, pool};
pub(crate) use resources::{BULKHEAD, COMPONENT, RELATION};
pub(crate) use stations::{MAIN, Stations};
pub(crate) use walk::{HOP_S, HOP_SOURCE, probability, times};

/// A whole system. Rates are at load factor 1; processors of what scales by itself are those that
/// stand at the scenario's load.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plant {
    pub stations: Vec<Station>,
    pub resources: Vec<Resource>,
    pub links: Vec<Link>,
    pub caches: Vec<Cache>,
    pub flows: Vec<Flow>,
}

/// Equal processors behind one queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Station {
    /// Component and pool (`orders.main`, `store.readers`).
    pub id: String,
    pub component: String,
    pub discipline: Discipline,
    /// Processors of all instances together; a part of one is one slower server
    /// ([`Station::servers`]). Infinite where nobody ever waits.
    pub processors: f64,
    /// The share of the processors that stands in each zone (`a`, `b`, ...); sums to 1.
    pub zones: Vec<f64>,
    /// Seconds after the loss of a zone until what stood there works again elsewhere: a failover.
    /// `None`: when the zone comes back.
    pub takes_over_s: Option<f64>,
    pub scaling: Option<Scaling>,
}

impl Station {
    /// Whole servers and their speed for the processors that are left.
    pub fn servers(&self, share_left: f64) -> (Capacity, f64) {
        if self.processors.is_infinite() {
            return (Capacity::Unlimited, 1.0);
        }
        capacity(self.processors * share_left)
    }
}

/// Whole servers for a number of processors; a part of one is one slower server.
pub fn capacity(processors: f64) -> (Capacity, f64) {
    if processors.is_nan() || processors <= 0.0 {
        return (Capacity::Servers(0), 1.0);
    }
    let servers = (processors.floor() as usize).max(1);
    (
        Capacity::Servers(servers),
        (processors / servers as f64).max(1e-6),
    )
}

/// Instances are added while more than a share of the processors is busy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    /// Processors at the fewest and at the most instances, and of one instance.
    pub least: f64,
    pub most: f64,
    pub step: f64,
    /// The share of busy processors above which one is added.
    pub at: f64,
    /// From the decision until the instance works.
    pub delay_s: f64,
}

/// Something of which there are so many, and which is held while other things happen.
#[derive(Debug, Clone, PartialEq)]
pub struct Resource {
    /// `relations.orders-to-store` (its connections), `relations.x.bulkhead`,
    /// `components.orders` (its request slots).
    pub id: String,
    pub kind: ResourceKind,
    pub limit: usize,
    /// How many may wait for one; who comes then is refused at once. `None`: any number.
    pub queue: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceKind {
    Connections,
    Bulkhead,
    Slots,
}

/// A relation as it is used: what the caller does when no answer comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The relation's id.
    pub id: String,
    /// Components.
    pub from: String,
    pub to: String,
    /// From the caller's wish until it gives up one try. What was begun goes on without it.
    pub timeout_s: Option<f64>,
    pub retry: Option<Repeat>,
    pub breaker: Option<Break>,
}

/// Repeats of a call that failed or timed out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Repeat {
    /// Tries in all.
    pub attempts: u32,
    /// Before the first repeat; it doubles.
    pub backoff_s: f64,
    /// The pause is uniform between zero and its length.
    pub jitter: bool,
    /// Repeats are at most this share of all calls.
    pub budget: Option<f64>,
}

/// A circuit breaker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Break {
    /// Opens after this many failures in a row.
    pub failures: u32,
    /// Lets one try through after this time.
    pub recovery_s: f64,
}

/// A cache, where the model has one before something slower.
#[derive(Debug, Clone, PartialEq)]
pub struct Cache {
    /// The component that holds it.
    pub id: String,
    /// The share of look-ups that it answers in steady state; the shares of the acts behind it are
    /// computed with this one.
    pub hit: f64,
    /// Distinct objects asked for (0: not known), and how skewed: Zipf's exponent.
    pub objects: f64,
    pub skew: f64,
    /// Objects that fit (0: not known).
    pub capacity: f64,
    pub ttl_s: Option<f64>,
    /// At load factor 1.
    pub lookups_per_s: f64,
}

/// One operation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flow {
    /// The operation's id.
    pub id: String,
    pub rate_per_s: f64,
    /// Whether somebody waits for its answer.
    pub waited_for: bool,
    /// Until the answer.
    pub body: Vec<Act>,
    /// After it; starts when the body has ended well.
    pub background: Vec<Act>,
    /// A fact is missing: it loads what is known, and its times mean nothing.
    pub unverified: bool,
}

/// One thing that happens, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    Work(Work),
    Call(Call),
    /// Holds one of a resource while the body runs (a transaction's connection).
    Hold {
        resource: usize,
        body: Vec<Act>,
    },
    /// Side by side; over when the last is.
    Together(Vec<Vec<Act>>),
}

/// Work at a station.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Work {
    /// `None`: a delay that nothing of ours bounds.
    pub station: Option<usize>,
    /// Mean of one pass at speed 1.
    pub mean_s: f64,
    /// Squared coefficient of variation: 0 fixed, 1 exponential, above 1 hyperexponential.
    pub scv: f64,
    pub often: Often,
    /// Index of the path's step it came from.
    pub step: usize,
}

/// How often an act happens in one run of what is around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Often {
    /// The share of runs in which it happens at all.
    pub share: f64,
    /// Passes one after the other where it does; a fraction is a probability of one more.
    pub times: f64,
    /// It happens because this cache misses: the share is 1 while the cache is empty.
    pub miss_of: Option<usize>,
}

impl Often {
    pub const ONCE: Often = Often {
        share: 1.0,
        times: 1.0,
        miss_of: None,
    };

    /// Mean passes.
    pub fn passes(&self) -> f64 {
        self.share * self.times
    }
}

/// A request to another component and its answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// `None` where no relation is in the model, and for the request that starts the flow where the
    /// caller is nobody of the model's.
    pub link: Option<usize>,
    /// The component called.
    pub to: String,
    /// The way there and back, both together.
    pub hop_s: f64,
    pub often: Often,
    /// What each try holds, in the order of taking: a bulkhead, a connection, a slot of the callee.
    pub holds: Vec<usize>,
    pub body: Vec<Act>,
    /// What happens instead when every try failed. `None`: the caller fails too. Empty: it goes on
    /// without.
    pub fallback: Option<Vec<Act>>,
}
