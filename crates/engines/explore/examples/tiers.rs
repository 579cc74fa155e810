//! A million designs, searched completely (`tiers complete 2`, with threads), by evolution (`tiers
//! evolve`), or the proof checked (`tiers verify`). Prints what was done to the error stream and
//! the front, a design a line, to the output. `bench/search` runs it beside other people's programs.

#[path = "../benches/tiers/mod.rs"]
mod tiers;

use groundplan_explore::{Options, explore};
use tiers::{Tiers, space};

fn main() {
    let mut words = std::env::args().skip(1);
    let what = words.next().unwrap_or_default();
    let threads = words.next().and_then(|w| w.parse().ok()).unwrap_or(1);
    let mut options = Options {
        threads,
        ..Options::default()
    };
    if what == "evolve" {
        options.exhaustive_up_to = 0;
    }
    let (space, problem) = (space(), Tiers::new());
    let found = explore(&space, &problem, &options, &mut |_| ()).expect("the trends hold");
    eprint!("{} evaluations", found.evaluations);
    if let Some(certificate) = found.certificate() {
        let counts = &certificate.counts;
        eprint!(
            "; {} designs: {} examined, {} infeasible, {} beaten",
            counts.designs(),
            counts.examined.designs,
            counts.infeasible.iter().map(|c| c.designs).sum::<u64>(),
            counts.beaten.designs
        );
        if what == "verify" {
            let checked = certificate
                .verify(&space, &problem)
                .expect("the proof holds");
            eprint!(
                "; proof of {} boxes checked with {} evaluations",
                checked.boxes, checked.evaluations
            );
        }
    }
    eprintln!("; front {}", found.front.len());
    for kept in &found.front {
        let values: Vec<String> = kept.objectives.iter().map(f64::to_string).collect();
        println!("{}", values.join(" "));
    }
}
