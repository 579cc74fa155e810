//! The discrete-event engine: a plant walked event by event.
//!
//! The closed form says what a system does in the long run where formulas are known. This engine
//! plays the same [`evaluate::plant::Plant`] request by request, and so also knows what no formula
//! says: what users see while a zone is lost, whether retries keep a system down after the load is
//! gone, how long a cold cache hurts. It shares no arithmetic with the closed form, only the plant;
//! [`agree`] holds the two against each other.
//!
//! - [`run`] plays a plant until the intervals are narrow enough, or a script of faults to its end.
//! - [`Simulated`] is what comes out; [`timeline`] what users saw during a script.
//! - [`fault`]: what can go wrong. [`script()`]: the same from an experiment of the model.
//!
//! A run depends on the plant and the settings alone: no clock, no threads, one seed. Every place
//! that draws has its own stream of random numbers, so two designs meet the same arrivals.
//!
//! # What a run assumes
//! - Requests come independently of each other (Poisson), and do not stop coming when answers fail.
//! - A caller that gives up a try gives back its bulkhead and its connection; the callee does not
//!   notice, and goes on with its slot held.
//! - A failed request fails at once; what it asked for beside the failed part goes on for nobody.
//! - One breaker and one budget stand for those of all instances of a caller.

mod agenda;
mod agree;
pub mod fault;
mod interval;
mod link;
mod program;
mod random;
mod report;
mod resource;
pub mod result;
mod script;
mod station;
mod tally;
pub mod timeline;
mod walk;
mod warmth;
mod world;

use evaluate::plant::Plant;
use serde::{Deserialize, Serialize};

pub use agree::{Agreement, Verdict, agree};
pub use fault::{Fault, FaultKind};
pub use result::{Ended, Measure, Simulated};
pub use script::script;
pub use timeline::Timeline;

use tally::{FEWEST, Window};
use world::{Halt, World};

/// How to play.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub seed: u64,
    /// Stop when the half widths of mean, p50, p95 and p99 of every operation that somebody waits
    /// for are at most this share of their values.
    pub goal: f64,
    /// Stop after this many events at the latest.
    pub most_events: u64,
    /// Play this long instead of until the goal is reached. Without it, a script with faults lasts
    /// until two minutes, or twice the time of its faults, after the last of them.
    pub duration_s: Option<f64>,
    /// Length of the timeline's windows; about a sixtieth of the duration unless said.
    pub window_s: Option<f64>,
    pub faults: Vec<Fault>,
    /// Multiple of the plant's rates.
    pub load: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            seed: 1,
            goal: 0.02,
            most_events: 20_000_000,
            duration_s: None,
            window_s: None,
            faults: Vec::new(),
            load: 1.0,
        }
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    pub events: u64,
    pub most_events: u64,
    pub simulated_s: f64,
    /// The time it will last, where that is known.
    pub duration_s: Option<f64>,
    /// The widest half width that counts, as a share of its value. Absent while there is none.
    pub widest: Option<f64>,
}

/// Plays a plant. Never fails: what cannot be played is named in [`Simulated::left_out`].
pub fn run(plant: &Plant, settings: &Settings) -> Simulated {
    run_with(plant, settings, &mut |_| ())
}

/// As [`run`], and tells now and then how far it is. The calls depend on the plant and the settings
/// only, and nothing of the result on them.
pub fn run_with(
    plant: &Plant,
    settings: &Settings,
    progress: &mut dyn FnMut(Progress),
) -> Simulated {
    let program = program::compile(plant, settings.seed);
    let mut world = World::new(plant, &program, settings);
    let rate: f64 = world.sources.iter().map(|s| s.rate_per_s).sum();
    let played = if settings.faults.is_empty() && settings.duration_s.is_none() {
        steady(&mut world, settings, rate, progress)
    } else {
        scripted(&mut world, settings, progress)
    };
    report::report(&world, settings, played)
}

/// The windows of a run, all requests that were counted, and why it ended.
pub(crate) struct Played {
    windows: Vec<Window>,
    whole: Window,
    ended: Ended,
    /// Windows at the beginning that do not count.
    warm_up: usize,
    scripted: bool,
}

/// Expected requests in the first batches; they double as often as needed.
const FIRST_BATCH: f64 = 500.0;

fn steady(
    world: &mut World,
    settings: &Settings,
    rate: f64,
    progress: &mut dyn FnMut(Progress),
) -> Played {
    let mut windows: Vec<Window> = Vec::new();
    let mut whole = Window::default();
    let mut width = FIRST_BATCH / rate.max(1e-12);
    let ended = loop {
        if rate <= 0.0 {
            break Ended::Quiet;
        }
        let halt = world.run_until(world.now + width, settings.most_events);
        let window = world.close_window();
        add(&mut whole, &window);
        let widest = match halt {
            Halt::WindowEnd => {
                windows.push(window);
                let n = windows.len();
                let due = n > FEWEST && n.is_multiple_of(FEWEST / 4);
                due.then(|| report::widest(world, &windows, interval::warm_up(&windows)))
                    .flatten()
            }
            _ => {
                if windows.len() < FEWEST && window.to_s > window.from_s {
                    windows.push(window);
                }
                break match halt {
                    Halt::Crowded => Ended::Crowded,
                    Halt::Quiet => Ended::Quiet,
                    _ => Ended::Events,
                };
            }
        };
        progress(Progress {
            events: world.events,
            most_events: settings.most_events,
            simulated_s: world.now,
            duration_s: None,
            widest,
        });
        if widest.is_some_and(|w| w <= settings.goal) {
            break Ended::Converged;
        }
        if windows.len() == 2 * FEWEST {
            tally::halve(&mut windows);
            width *= 2.0;
        }
    };
    let warm_up = interval::warm_up(&windows);
    Played {
        windows,
        whole,
        ended,
        warm_up,
        scripted: false,
    }
}

/// Windows of a timeline unless their length is said, and at most.
const WINDOWS: f64 = 60.0;
const MOST_WINDOWS: f64 = 2_000.0;

fn scripted(world: &mut World, settings: &Settings, progress: &mut dyn FnMut(Progress)) -> Played {
    let duration = settings.duration_s.filter(|d| d.is_finite() && *d > 0.0);
    let duration = duration.unwrap_or_else(|| lasts(&settings.faults));
    let width = settings.window_s.filter(|w| w.is_finite() && *w > 0.0);
    let width = width.unwrap_or_else(|| round(duration / WINDOWS));
    let width = width.max(duration / MOST_WINDOWS);
    let mut windows = Vec::new();
    let mut whole = Window::default();
    let mut turn = 0u32;
    let ended = loop {
        turn += 1;
        let until = (width * f64::from(turn)).min(duration);
        let halt = world.run_until(until, settings.most_events);
        if halt == Halt::Quiet {
            world.now = until;
        }
        let window = world.close_window();
        add(&mut whole, &window);
        windows.push(window);
        progress(Progress {
            events: world.events,
            most_events: settings.most_events,
            simulated_s: world.now,
            duration_s: Some(duration),
            widest: None,
        });
        match halt {
            Halt::Events => break Ended::Events,
            Halt::Crowded => break Ended::Crowded,
            _ if until >= duration => break Ended::Duration,
            _ => {}
        }
    };
    let warm_up = if settings.faults.is_empty() {
        interval::warm_up(&windows)
    } else {
        0
    };
    Played {
        windows,
        whole,
        ended,
        warm_up,
        scripted: true,
    }
}

fn add(whole: &mut Window, window: &Window) {
    if whole.classes.is_empty() {
        whole.clone_from(window);
    } else {
        whole.add(window);
    }
}

/// Until some time after the last fault.
fn lasts(faults: &[Fault]) -> f64 {
    let finite = |x: f64| if x.is_finite() { x.max(0.0) } else { 0.0 };
    let from = faults
        .iter()
        .map(|f| finite(f.at_s))
        .fold(f64::INFINITY, f64::min);
    let to = faults
        .iter()
        .map(|f| finite(f.at_s) + finite(f.for_s))
        .fold(0.0, f64::max);
    to + (2.0 * (to - from)).max(120.0)
}

/// The nearest of 1, 2 and 5 times a power of ten.
fn round(width_s: f64) -> f64 {
    let power = 10f64.powf(width_s.max(1e-6).log10().floor());
    let lead = width_s / power;
    power
        * if lead < 1.5 {
            1.0
        } else if lead < 3.5 {
            2.0
        } else if lead < 7.5 {
            5.0
        } else {
            10.0
        }
}
