//! Structures against enumeration of all states, and published values.

use groundplan_evaluate::availability::*;
use proptest::prelude::*;

#[track_caller]
fn near(value: f64, expected: f64) {
    assert!(
        (value - expected).abs() < 1e-12,
        "{value} is not {expected}"
    );
}

#[test]
fn published_values() {
    let mut s = System::new();
    let pair = Structure::Or(vec![s.part("a", 0.99), s.part("b", 0.99)]);
    near(s.availability(&pair).unwrap(), 0.9999);
    let chain = Structure::And(["x", "y", "z"].map(|id| s.part(id, 0.9999)).to_vec());
    near(s.availability(&chain).unwrap(), 0.9999f64.powi(3));
    assert_eq!(format!("{:.4}", s.availability(&chain).unwrap()), "0.9997");
    assert_eq!(down_minutes_per_year(0.9999).round(), 53.0);
    near(down_minutes_per_month(0.999), 43.8);
}

#[test]
fn a_shared_dependency_counts_once() {
    let mut s = System::new();
    let database = s.part("database", 0.99);
    let one = Structure::And(vec![s.part("a", 0.999), database.clone()]);
    let two = Structure::And(vec![s.part("b", 0.999), database]);
    let all = Structure::And(vec![one, two]);
    near(s.availability(&all).unwrap(), 0.999 * 0.999 * 0.99);
    assert_eq!(s.availability_given(&all, &[0]).unwrap(), 0.0);
}

#[test]
fn two_of_three() {
    let mut s = System::new();
    let nodes = ["n1", "n2", "n3"].map(|id| s.part(id, 0.9)).to_vec();
    let quorum = Structure::KOfN(2, nodes);
    near(
        s.availability(&quorum).unwrap(),
        0.9f64.powi(3) + 3.0 * 0.81 * 0.1,
    );
    let cuts = s.minimal_cut_sets(&quorum, 3, 10).unwrap();
    assert_eq!(cuts, [["n1", "n2"], ["n1", "n3"], ["n2", "n3"]]);
    assert!(s.minimal_cut_sets(&quorum, 1, 10).unwrap().is_empty());
}

#[test]
fn cut_sets_are_minimal_and_sorted() {
    let mut s = System::new();
    let zones = ["zone-b", "zone-a"].map(|id| s.part(id, 0.999)).to_vec();
    let both = Structure::And(vec![Structure::Or(zones), s.part("dns", 0.9999)]);
    assert_eq!(
        s.minimal_cut_sets(&both, 4, 10).unwrap(),
        [
            vec!["dns".to_string()],
            vec!["zone-a".to_string(), "zone-b".to_string()]
        ]
    );
    assert_eq!(s.minimal_cut_sets(&both, 4, 1).unwrap().len(), 1);
}

#[test]
fn a_hundred_instances_stay_small() {
    let mut s = System::new();
    let many = (0..100).map(|i| s.part(&format!("i{i}"), 0.99)).collect();
    let up = s.availability(&Structure::KOfN(95, many)).unwrap();
    // Binomial(100, .01): P(at most 5 down).
    assert!((up - 0.999465).abs() < 1e-6, "{up}");
}

#[test]
fn faults_are_said() {
    let mut s = System::new();
    assert_eq!(
        s.availability(&Structure::Component(3)),
        Err(Fault::UnknownPart(3))
    );
    let bad = s.part("bad", f64::NAN);
    assert_eq!(
        s.availability(&bad),
        Err(Fault::NotAProbability("bad".into()))
    );
}

const PARTS: usize = 12;

fn structure() -> impl Strategy<Value = Structure> {
    let leaf = (0..PARTS).prop_map(Structure::Component);
    leaf.prop_recursive(4, 24, 4, |inner| {
        let some = prop::collection::vec(inner, 1..5);
        prop_oneof![
            some.clone().prop_map(Structure::And),
            some.clone().prop_map(Structure::Or),
            (0usize..5, some).prop_map(|(k, parts)| Structure::KOfN(k, parts)),
        ]
    })
}

fn up(structure: &Structure, state: usize) -> bool {
    match structure {
        Structure::Component(i) => state >> i & 1 == 1,
        Structure::And(all) => all.iter().all(|s| up(s, state)),
        Structure::Or(any) => any.iter().any(|s| up(s, state)),
        Structure::KOfN(k, parts) => parts.iter().filter(|s| up(s, state)).count() >= *k,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn equals_enumeration(structure in structure(), p in prop::collection::vec(0.0f64..=1.0, PARTS)) {
        let mut s = System::new();
        for (i, p) in p.iter().enumerate() {
            s.part(&format!("c{i:02}"), *p);
        }
        let mut expected = 0.0;
        for state in 0..1usize << PARTS {
            if up(&structure, state) {
                let weight = |i: usize| if state >> i & 1 == 1 { p[i] } else { 1.0 - p[i] };
                expected += (0..PARTS).map(weight).product::<f64>();
            }
        }
        let found = s.availability(&structure).unwrap();
        prop_assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");

        // Cut sets: failing one brings it down, and each of its parts is needed for that.
        let all = (1usize << PARTS) - 1;
        let mut seen = Vec::new();
        for cut in s.minimal_cut_sets(&structure, PARTS, usize::MAX).unwrap() {
            let bits = cut.iter().fold(0usize, |b, id| b | 1 << id[1..].parse::<usize>().unwrap());
            prop_assert!(!up(&structure, all & !bits));
            for i in (0..PARTS).filter(|i| bits >> i & 1 == 1) {
                prop_assert!(up(&structure, all & !bits | 1 << i), "{cut:?} is not minimal");
            }
            seen.push(bits);
        }
        // And there is no other: a state is down exactly if it contains a cut.
        for state in 0..=all {
            let down = seen.iter().any(|cut| state & cut == 0);
            prop_assert_eq!(down, !up(&structure, state));
        }
    }

    #[test]
    fn and_is_at_most_its_worst_part(p in prop::collection::vec(0.0f64..=1.0, 1..8)) {
        let mut s = System::new();
        let parts: Vec<_> = p.iter().enumerate().map(|(i, p)| s.part(&i.to_string(), *p)).collect();
        let worst = p.iter().copied().fold(1.0, f64::min);
        let best = p.iter().copied().fold(0.0, f64::max);
        prop_assert!(s.availability(&Structure::And(parts.clone())).unwrap() <= worst + 1e-12);
        prop_assert!(s.availability(&Structure::Or(parts)).unwrap() >= best - 1e-12);
    }
}
