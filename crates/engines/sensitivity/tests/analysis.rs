//! A whole system: its uncertain numbers, their ranges, and what follows.

use groundplan_sensitivity::{Sensitivity, Settings, analyse};
use knowledge::Knowledge;
use model::{Architecture, Brief, EvidenceKind, System};
use serde_json::{Value, json};

fn shop(change: impl Fn(&mut Value, &mut Value)) -> System {
    let mut brief =
        serde_json::from_str(include_str!("../../evaluate/tests/shop/brief.json")).unwrap();
    let mut architecture =
        serde_json::from_str(include_str!("../../evaluate/tests/shop/architecture.json")).unwrap();
    change(&mut brief, &mut architecture);
    System {
        brief: serde_json::from_value(brief).unwrap(),
        architecture: serde_json::from_value(architecture).unwrap(),
        ..System::default()
    }
}

fn analysed(system: &System, points: usize) -> Sensitivity {
    let settings = Settings { points, seed: 3 };
    let outcome = analyse(system, Knowledge::embedded(), &settings);
    assert_eq!(outcome.findings, []);
    outcome.value
}

fn at(value: &Sensitivity, key: &str) -> usize {
    let found = value.inputs.iter().position(|i| i.key == key);
    found.unwrap_or_else(|| panic!("{key} is not among {:#?}", value.inputs))
}

#[test]
fn ranges_are_the_brief_s_or_by_the_kind_of_evidence() {
    let system = shop(|brief, _| {
        brief["ranges"] = json!({"domain.operations.pay.rate": "10/s..50/s"});
        brief["assumptions"] = json!({
            "reads": {"text": "t", "sets": "operations.read-order.rate.busy", "because": "b"}
        });
    });
    let value = analysed(&system, 2);
    let range = |key: &str| {
        let input = &value.inputs[at(&value, key)];
        (input.low, input.high, input.evidence)
    };
    assert_eq!(
        range("operations.pay.rate"),
        (10.0, 50.0, EvidenceKind::Attested)
    );
    assert_eq!(
        range("operations.place-order.rate"),
        (50.0, 200.0, EvidenceKind::Attested)
    );
    assert_eq!(
        range("operations.read-order.rate"),
        (100.0, 900.0, EvidenceKind::Assumed)
    );
    assert_eq!(
        range("technologies.postgresql.demands"),
        (0.8, 1.25, EvidenceKind::Measured)
    );
    let (low, high, _) = range("components.bank.availability");
    assert!((low - 0.997).abs() < 1e-12 && (high - (1.0 - 0.001 / 3.0)).abs() < 1e-12);
    assert!(
        value
            .inputs
            .iter()
            .all(|i| !i.because.is_empty() && i.low < i.high)
    );
}

#[test]
fn a_range_that_nothing_reads_is_a_finding() {
    let system = shop(|brief, _| {
        brief["ranges"] = json!({
            "operations.pays.rate": "10/s..50/s",
            "operations.pay.rate": "30/s..50/s",
        });
    });
    let settings = Settings { points: 2, seed: 1 };
    let outcome = analyse(&system, Knowledge::embedded(), &settings);
    let found: Vec<(&str, &str)> = outcome
        .findings
        .iter()
        .map(|f| (f.rule.as_str(), f.place.path.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            ("unknown-range", "ranges[\"operations.pays.rate\"]"),
            ("range-beside-value", "ranges[\"operations.pay.rate\"]"),
        ]
    );
    assert!(outcome.findings[0].remedy.contains("operations.pay.rate"));
}

/// A range is a quantity of the file: its faults have line and column.
#[test]
fn ranges_are_checked_as_the_file_is_read() {
    let text = "name: a\npurpose: b\nranges:\n  scale.growth: 20 %/year..2x/year\n  operations.x.rate: 80/s..20/s\n  load: 3\n";
    let files = [syntax::SourceFile::new("brief.yaml", text)];
    let loaded = syntax::load::<Brief>(&files, &syntax::Hooks::model());
    let places: Vec<(&str, usize, usize)> = loaded
        .findings
        .iter()
        .map(|f| {
            (
                f.rule.as_str(),
                f.place.span.unwrap().line,
                f.place.span.unwrap().column,
            )
        })
        .collect();
    assert_eq!(places, [("bad-quantity", 5, 22), ("bad-quantity", 6, 9)]);
    let brief = loaded.value.unwrap();
    assert_eq!(brief.ranges.len(), 1);
    assert!(
        serde_json::to_string(&brief)
            .unwrap()
            .contains("20 %/year..2x/year")
    );
    let _: Architecture = Architecture::default();
}

/// Two parts in series, each between bounds: the variance of a product of uniforms is known.
#[test]
fn the_availability_of_two_parts_is_shared_out_exactly() {
    let system = shop(|brief, architecture| {
        brief["domain"]["operations"] = json!({"look": {"rate": "10/s"}});
        brief["ranges"] = json!({
            "components.left.availability": "90 %..99 %",
            "components.right.availability": "80 %..98 %",
        });
        brief["targets"] = json!({"availability": "85 %"});
        *architecture = json!({
            "components": {
                "left": {"kind": "service", "availability": "95 %"},
                "right": {"kind": "store", "availability": "90 %"}
            },
            "paths": {"look": {"steps": [
                {"on": "left", "work": "compute", "cpu": "1 ms"},
                {"on": "right", "work": "compute", "cpu": "1 ms"}
            ]}}
        });
    });
    let value = analysed(&system, 4096);
    let moments = |low: f64, high: f64| ((low + high) / 2.0, (high - low) * (high - low) / 12.0);
    let ((a, va), (b, vb)) = (moments(0.9, 0.99), moments(0.8, 0.98));
    let variance = va * vb + va * b * b + vb * a * a;
    let outcome = &value.outcomes["system.availability"];
    assert!((outcome.mean - a * b).abs() < 1e-4);
    assert!((outcome.standard_deviation - variance.sqrt()).abs() < 1e-4);
    let (left, right) = (
        at(&value, "components.left.availability"),
        at(&value, "components.right.availability"),
    );
    for (i, first, total) in [
        (left, va * b * b, va * b * b + va * vb),
        (right, vb * a * a, vb * a * a + va * vb),
    ] {
        assert!((outcome.indices[i].first - first / variance).abs() < 0.01);
        assert!((outcome.indices[i].total - total / variance).abs() < 0.01);
    }
    assert!((outcome.tornado[right][0] - 0.95 * 0.8).abs() < 1e-12);
    assert!((outcome.tornado[right][1] - 0.95 * 0.98).abs() < 1e-12);
    // P(xy >= .85) is an integral: of y from .85 / x on, over x from .9 to .99.
    let exact = (0..100_000).map(|i| 0.9 + 0.09 * (f64::from(i) + 0.5) / 1e5);
    let exact = exact
        .map(|x| ((0.98 - 0.85 / x) / 0.18).clamp(0.0, 1.0))
        .sum::<f64>()
        / 1e5;
    let chance = &value.targets["operations.look.availability"];
    assert!(
        (chance.probability - exact).abs() < 3.0 * chance.standard_error,
        "{chance:?} {exact}"
    );
    assert!(chance.met && chance.standard_error < 0.01);
    // The wider part is to be checked first, and says where the target turns: .85 / .95.
    let first = &value.check_first[0];
    assert_eq!(first.key, "components.right.availability");
    let flip = &first.flips[0];
    assert!(
        flip.met_now && (flip.at - 0.85 / 0.95).abs() < 0.01 * 0.18,
        "{flip:?}"
    );
}

#[test]
fn what_decides_is_found() {
    let system = shop(|brief, _| {
        brief["targets"] = json!({"latency": {"p99": "1000 ms"}, "availability": "90 %"});
        brief["constraints"]["budget"] = json!("1 USD/month");
    });
    let value = analysed(&system, 64);
    let bank = at(&value, "components.bank.latency");
    let pay = &value.outcomes["operations.pay.p99"];
    assert!(pay.indices[bank].total > 0.95, "{pay:#?}");
    assert!(pay.tornado[bank][0] < pay.value.unwrap() && pay.value.unwrap() < pay.tornado[bank][1]);
    assert!(value.outcomes["operations.place-order.p99"].indices[bank].total < 1e-9);
    assert_eq!(value.targets["cost.USD"].probability, 0.0);
    assert!(!value.targets["cost.USD"].met);
    assert!(value.targets["cost.USD"].standard_error > 0.0);
    assert!(value.targets["operations.pay.p99"].probability < 1.0);
    let saturation = &value.outcomes["system.saturates-at"];
    let facts = at(&value, "technologies.postgresql.demands");
    let [low, high] = saturation.tornado[facts];
    assert!(low > high, "half the work, twice the load: {saturation:#?}");
    assert_eq!(value.check_first[0].key, "components.bank.latency");
    assert_eq!(value.check_first[0].flips[0].target, "operations.pay.p99");
    assert_eq!(value, analysed(&system, 64), "the same numbers again");
}

#[test]
fn nothing_known_is_said() {
    let system = System::default();
    let mut none = Knowledge::embedded().clone();
    for id in Knowledge::embedded().technologies() {
        if let Some(technology) = none.technology_mut(&id.id) {
            technology.availabilities.clear();
        }
    }
    let outcome = analyse(&system, &none, &Settings::default());
    assert_eq!(outcome.findings[0].rule, "nothing-uncertain");
    assert!(outcome.value.inputs.is_empty());
}
