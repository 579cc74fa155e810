//! The analysis of the largest example, one core: what it says, then how long it takes.
//! Run with `cargo bench -p groundplan-sensitivity`.

use groundplan_sensitivity::{Settings, analyse};
use knowledge::Knowledge;
use model::{Architecture, Brief, System};

fn main() {
    let value = analyse(&orders(), Knowledge::embedded(), &Settings::default()).value;
    println!(
        "{} evaluations, {} inputs",
        value.evaluations,
        value.inputs.len()
    );
    for doubt in &value.check_first {
        println!("{}: {:.2} of {}", doubt.title, doubt.total, doubt.outcome);
    }
    divan::main();
}

fn orders() -> System {
    let read = |name: &str| {
        let folder = env!("CARGO_MANIFEST_DIR");
        std::fs::read(format!("{folder}/../../../examples/orders/{name}")).expect("the example")
    };
    let file = |name: &str| [syntax::SourceFile::new(name, read(name))];
    let brief = syntax::load::<Brief>(&file("brief.yaml"), &syntax::Hooks::model());
    let hooks = syntax::Hooks::model().with_known(&brief.ids);
    let architecture = syntax::load::<Architecture>(&file("architecture.yaml"), &hooks);
    System {
        brief: brief.value.expect("a brief"),
        architecture: architecture.value.expect("an architecture"),
        ..System::default()
    }
}

#[divan::bench(sample_count = 3)]
fn whole() {
    let (system, settings) = (orders(), Settings::default());
    divan::black_box(analyse(&system, Knowledge::embedded(), &settings));
}
