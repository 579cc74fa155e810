//! The largest example, analysed whole: every number is finite, and the shares are shares.

use groundplan_sensitivity::{Settings, analyse};
use knowledge::Knowledge;
use model::{Architecture, Brief, System};

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

#[test]
fn orders_rests_on_few_numbers() {
    let system = orders();
    let settings = Settings {
        points: 32,
        ..Settings::default()
    };
    let outcome = analyse(&system, Knowledge::embedded(), &settings);
    assert_eq!(outcome.findings, []);
    let value = outcome.value;
    let base = 32 * (value.inputs.len() + 2);
    assert!(value.evaluations >= base, "{} of {base}", value.evaluations);
    for (key, spread) in &value.outcomes {
        let numbers = [spread.mean, spread.standard_deviation, spread.saturated];
        assert!(numbers.iter().all(|n| n.is_finite()), "{key}: {spread:?}");
        assert_eq!(spread.indices.len(), value.inputs.len());
        for (index, input) in spread.indices.iter().zip(&value.inputs) {
            assert!(
                index.total >= 0.0 && index.total.is_finite(),
                "{key} {}",
                input.key
            );
            assert!(
                index.first <= index.total + 4.0 * (index.first_error + index.total_error) + 1e-9
            );
        }
        assert!(spread.quantiles.is_sorted());
    }
    for (key, chance) in &value.targets {
        assert!((0.0..=1.0).contains(&chance.probability), "{key}");
        assert!(chance.standard_error > 0.0);
    }
    assert_eq!(value.check_first.len(), 3);
    // What the capture takes decides how long it is waited for.
    let cost = &value.outcomes["cost.USD"];
    assert!(cost.standard_deviation > 0.0);
}
