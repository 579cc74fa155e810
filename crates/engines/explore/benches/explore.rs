//! The complete front of a million designs, and an evolved one of the same space.
//! Run with `cargo bench -p groundplan-explore`.

mod tiers;

use divan::Bencher;
use groundplan_explore::{Options, explore};
use tiers::{Tiers, space};

#[divan::bench(args = [1, 2], sample_count = 3)]
fn complete(bencher: Bencher, threads: usize) {
    let (space, problem) = (space(), Tiers::new());
    let options = Options {
        threads,
        ..Options::default()
    };
    bencher.bench(|| explore(&space, &problem, &options, &mut |_| ()).expect("trends hold"));
}

#[divan::bench(sample_count = 3)]
fn evolved(bencher: Bencher) {
    let (space, problem) = (space(), Tiers::new());
    let options = Options {
        exhaustive_up_to: 0,
        ..Options::default()
    };
    bencher.bench(|| explore(&space, &problem, &options, &mut |_| ()).expect("trends hold"));
}

#[divan::bench(sample_count = 3)]
fn verified(bencher: Bencher) {
    let (space, problem) = (space(), Tiers::new());
    let found = explore(&space, &problem, &Options::default(), &mut |_| ()).expect("trends hold");
    let certificate = found.certificate().expect("a million are few");
    bencher.bench(|| certificate.verify(&space, &problem).expect("it holds"));
}

fn main() {
    divan::main();
}
