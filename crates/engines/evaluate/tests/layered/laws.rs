//! What holds for every layered model, drawn at random: the chain agrees with the closed network,
//! numbers come out, and Little's law, the utilisation law and flow balance hold.

use groundplan_evaluate::layered::{Method, Options, TaskKind, solve, solve_with};
use proptest::prelude::*;

use crate::{PATHS, notation};

/// Three layers of tasks on few processors, with everything that a model can have.
fn anything() -> impl Strategy<Value = String> {
    let processor = prop_oneof![
        Just("fcfs x1"),
        Just("fcfs x2"),
        Just("ps x1"),
        Just("ps x2"),
        Just("inf"),
    ];
    let threads = prop_oneof![Just("server x1"), Just("server x3"), Just("inf")];
    let step = prop_oneof![
        Just("1"),
        Just("0 @LOW"),
        Just("=.5 @LOW*2"),
        Just(".2 ~LOW*.3"),
        Just("z=.5 .1 @LOW*.7"),
        Just("[.3 & .2 @LOW]"),
        Just("[.3! & @LOW & .1]2"),
        Just("{.4: .3 @LOW | .6: .1}"),
        Just("(1.5: .1)"),
        Just(".3 c=.2!"),
        Just("1 c=5"),
    ];
    let body = || proptest::collection::vec(step.clone(), 1..3);
    (
        proptest::collection::vec(processor, 3),
        proptest::collection::vec(threads, 2),
        (body(), body(), body()),
        (1_usize..15, 0.0..3.0_f64, 0.0..0.3_f64, proptest::bool::ANY),
    )
        .prop_map(
            |(processors, threads, bodies, (population, think, open, forwards))| {
                let body = |steps: Vec<&str>, low: &str| steps.join("; ").replace("LOW", low);
                let forwards = if forwards { "forward=c*.5" } else { "" };
                format!(
                    "p p0 {}\np p1 {}\np p2 {}
                 t u p0 ref x{population} z={think}\nt a p1 {}\nt b p2 {}
                 e u u : 0.1; {}\ne a a open={open} {forwards} : {}; .1\ne b b : .2\ne c b : {}",
                    processors[0],
                    processors[1],
                    processors[2],
                    threads[0],
                    threads[1],
                    body(bodies.0, "a"),
                    body(bodies.1, "b"),
                    body(
                        (bodies.2.into_iter())
                            .filter(|step| !step.contains("LOW"))
                            .chain(["1"])
                            .collect(),
                        "",
                    ),
                )
            },
        )
}

/// Customers that call single-threaded servers with a processor each.
fn two_layers() -> impl Strategy<Value = (usize, f64, Vec<(f64, f64)>)> {
    let server = (0.1..2.0_f64, 0.2..3.0_f64);
    (
        1_usize..5,
        0.5..5.0_f64,
        proptest::collection::vec(server, 1..4),
    )
}

fn text_of((population, think, servers): &(usize, f64, Vec<(f64, f64)>)) -> String {
    let mut text = format!("p u inf\nt u u ref x{population} z={think}\n");
    let mut calls = String::new();
    for (i, (service, number)) in servers.iter().enumerate() {
        text += &format!("p s{i} fcfs\nt s{i} s{i} server\ne s{i} s{i} : {service}\n");
        calls += &format!(" @s{i}*{number}");
    }
    text + &format!("e u u : 0.1{calls}\n")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The chain of a product-form model is the closed network.
    #[test]
    fn chain_and_network_agree(layers in two_layers()) {
        let model = notation::model(&text_of(&layers));
        let chain = solve(&model).unwrap();
        let is_chain = matches!(chain.methods[0], Method::Chain { .. });
        prop_assert!(is_chain);
        let network = solve_with(&model, PATHS).unwrap();
        prop_assert!(matches!(network.methods[0], Method::Network(_)));
        for (a, b) in chain.entries.iter().zip(&network.entries) {
            prop_assert!((a.throughput_per_s / b.throughput_per_s - 1.0).abs() < 1e-4);
            prop_assert!((a.response_s / b.response_s - 1.0).abs() < 1e-3);
        }
    }

    /// Whatever the model is, numbers come out, and none that is none.
    #[test]
    fn no_panic_and_no_nan(text in anything()) {
        let model = notation::model(&text);
        let small = Options { states: 500, passes: 300 };
        for options in [small, Options { passes: 500, ..PATHS }] {
            let solution = solve_with(&model, options).unwrap();
            for e in &solution.entries {
                for value in [e.throughput_per_s, e.response_s, e.service_s] {
                    prop_assert!(value.is_finite() && value >= 0.0, "{text} {e:?}");
                }
            }
        }
    }

    /// Little's law, the utilisation law and flow balance hold for a second phase below a thread
    /// that waits, whichever way it is solved.
    #[test]
    fn laws_hold(population in 1_usize..4, threads in 1_usize..3, late in 0.0..1.0_f64, calls in 0.2..3.0_f64) {
        let model = notation::model(&format!(
            "p u inf\np a fcfs\np b fcfs\nt u u ref x{population} z=1\nt a a server x{threads}\nt b b server
             e u u : .2 @a\ne a a : .3 @b*{calls}!; {late}\ne b b : .4"
        ));
        let TaskKind::Reference { think_s, .. } = model.tasks[0].kind else { unreachable!() };
        for options in [Options::default(), PATHS] {
            let solution = solve_with(&model, options).unwrap();
            // The approximation says so where it goes on swinging between two numbers.
            prop_assert!(solution.converged || options == PATHS);
            if !solution.converged {
                continue;
            }
            let [u, a, b] = [0, 1, 2].map(|e| solution.entries[e]);
            let x = u.throughput_per_s;
            prop_assert!((x * (think_s + u.response_s) / population as f64 - 1.0).abs() < 1e-4);
            prop_assert!((a.throughput_per_s / x - 1.0).abs() < 1e-4);
            prop_assert!((b.throughput_per_s / x / calls - 1.0).abs() < 1e-4);
            prop_assert!(solution.tasks[1].busy_threads <= threads as f64 * 1.01);
            let work = x * calls * 0.4;
            prop_assert!((solution.processors[2].busy_servers / work - 1.0).abs() < 1e-3);
            prop_assert!(solution.processors[2].busy_servers <= 1.01);
        }
    }
}
