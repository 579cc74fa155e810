//! Searching a design space for its whole Pareto front, with a proof.
//!
//! A [`Space`] has regions (structures that differ in kind), each with dimensions of finite, ordered
//! levels (instances, sizes, zones). A [`Problem`] computes the measures of one design: objectives,
//! of which less is better, and constraints, which are kept at 0 or less. For every measure and
//! dimension a [`Trend`] says which way the measure goes when the level rises.
//!
//! From the trends follow bounds: no design of a box is better in a measure than the box's corner
//! that is best in it. A box is left out whole where such a corner breaks a constraint, or where a
//! design that is known already is at least as good as the corners in every objective (branch and
//! bound: Land and Doig, An Automatic Method of Solving Discrete Programming Problems, 1960; with
//! several objectives: Ehrgott, Multicriteria Optimization, 2005). What is left is evaluated.
//!
//! - [`explore`] is the door: exhaustive up to a size, evolutionary beyond it.
//! - [`exhaust`] yields the complete front and a [`Certificate`], which [`Certificate::verify`]
//!   checks without trusting the search.
//! - [`evolve`] yields a front that is not proved (NSGA-II).
//! - [`trends`] holds declared trends against the problem.
//!
//! The same space, problem and options give the same result on any number of threads.

pub mod archive;
pub mod certificate;
pub mod evolve;
pub mod exhaust;
pub mod measures;
pub mod space;
pub mod trends;

mod bounds;
mod random;
mod sort;

pub use archive::{Archive, Kept};
pub use certificate::{Certificate, Counts, Fault, Verified};
pub use space::{Design, Dimension, Region, Space, Trend};
pub use trends::Broken;

/// What is computed of one design.
pub trait Problem: Sync {
    /// Writes the objectives and then the constraints of the design with these levels, in the order
    /// of [`Space::objectives`] and [`Space::constraints`]. Less is better; a constraint is kept at
    /// 0 or less. What is not a number counts as infinitely bad.
    fn measure(&self, region: usize, levels: &[u32], values: &mut [f64]);
}

/// How a space is searched.
#[derive(Debug, Clone)]
pub struct Options {
    /// Spaces of more designs than this are searched by evolution.
    pub exhaustive_up_to: u64,
    /// Threads; the result does not depend on it.
    pub threads: usize,
    /// Designs to begin with, for example those of a rule of thumb. What is no design of the space
    /// is passed over.
    pub seeds: Vec<Design>,
    /// Pairs of neighbouring designs, per region and dimension, on which the declared trends are
    /// tried before they are trusted.
    pub trials: usize,
    pub evolution: evolve::Settings,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            exhaustive_up_to: 10_000_000,
            threads: 2,
            seeds: Vec::new(),
            trials: 4,
            evolution: evolve::Settings::default(),
        }
    }
}

/// How far a search is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Share of the designs that are evaluated or left out, or of the generations that are done.
    pub done: f64,
    /// Evaluations so far.
    pub evaluations: u64,
    /// Designs on the front so far.
    pub front: usize,
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Designs that nothing beats, in the order of [`Design`]. Of designs with equal objectives the
    /// first.
    pub front: Vec<Kept>,
    /// Evaluations of a design, corners of boxes and seeds included.
    pub evaluations: u64,
    pub proof: Proof,
}

/// Whether a front is known to be complete.
#[derive(Debug, Clone)]
pub enum Proof {
    /// Every design was evaluated or is in a box that was left out for a reason.
    Complete(Box<Certificate>),
    /// So many generations of so many designs; what was not met by them is not known.
    None { generations: usize, designs: usize },
}

impl Found {
    /// The certificate of a complete front.
    pub fn certificate(&self) -> Option<&Certificate> {
        match &self.proof {
            Proof::Complete(certificate) => Some(certificate),
            Proof::None { .. } => None,
        }
    }
}

/// Searches a space: completely where it has at most [`Options::exhaustive_up_to`] designs, else by
/// evolution from the corners of the boxes that the bounds leave open.
///
/// # Errors
/// A declared trend that the problem does not keep, with two designs that show it. It is found by
/// trials before the search and by every bound during it.
pub fn explore(
    space: &Space,
    problem: &dyn Problem,
    options: &Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<Found, Broken> {
    match space.size() {
        Some(size) if size <= options.exhaustive_up_to => {
            exhaust::run(space, problem, options, progress)
        }
        _ => evolve::run(space, problem, options, progress),
    }
}
