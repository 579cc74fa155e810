//! Planning whole examples: the structures, their sizes, the decisions.
//! Run with `cargo bench -p groundplan-plan`.

use divan::Bencher;
use knowledge::Knowledge;
use model::Brief;

fn main() {
    divan::main();
}

fn brief(example: &str) -> Brief {
    let path = format!(
        "{}/../../../examples/{example}/brief.yaml",
        env!("CARGO_MANIFEST_DIR")
    );
    let text = std::fs::read_to_string(&path).expect("an example's brief");
    let files = [syntax::SourceFile::new(path, text)];
    let loaded = syntax::load::<Brief>(&files, &syntax::Hooks::model());
    loaded.value.expect("an example's brief is without fault")
}

#[divan::bench(args = ["orders", "telemetry", "parcels"], sample_count = 5)]
fn plan(bencher: Bencher, example: &str) {
    let brief = brief(example);
    let known = Knowledge::embedded();
    bencher.bench(|| groundplan_plan::plan(&brief, known));
}
