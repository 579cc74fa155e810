//! Layered models against stored simulations of the published ones (github.com/layeredqueuing/V5,
//! models/regression and models/rads-bookstore), closed forms and laws. The models are retyped; the
//! numbers are throughputs of a simulation whose confidence interval is about 1 %.

mod bookstore;
mod laws;
mod notation;

use groundplan_evaluate::closed;
use groundplan_evaluate::layered::{Method, Model, Options, Solution, Then, solve, solve_with};
use groundplan_evaluate::queueing::Mmc;

const PATHS: Options = Options {
    states: 0,
    passes: 20_000,
};

#[track_caller]
fn solved(model: &Model) -> Solution {
    let solution = solve(model).unwrap();
    assert!(solution.converged, "{:?}", solution.methods);
    solution
}

/// Throughput of each task, within a share of the simulated one.
#[track_caller]
fn simulated(text: &str, expected: &[(&str, f64)], tolerance: f64) {
    let model = notation::model(text);
    let solution = solved(&model);
    for (task, x) in expected {
        let at = model.tasks.iter().position(|t| t.id == *task).unwrap();
        let computed = solution.tasks[at].throughput_per_s;
        let error = (computed / x - 1.0).abs();
        assert!(error < tolerance, "{task}: {computed} is not {x}: {error}");
    }
}

#[test]
fn forwarding() {
    simulated(
        "p p0 inf
         p p1 fcfs
         p p2 fcfs
         p p3 fcfs
         t t0 p0 ref x4
         t t1 p1 server x2
         t t2 p2 server x2
         t t3 p3 server
         e e0 t0 : .5 @e1*.25; .5 @e1*.75
         e e1 t1 forward=e2*.5 : 1
         e e2 t2 forward=e3*.5 : 1
         e e3 t3 : 1",
        &[
            ("t0", 0.883978),
            ("t1", 0.884155),
            ("t2", 0.441941),
            ("t3", 0.221021),
        ],
        0.005,
    );
}

/// Customers and outsiders at one server; the processor is always busy.
#[test]
fn open_and_closed() {
    simulated(
        "p p1 fcfs
         t t1 p1 ref
         t t2 p1 server
         e e1 t1 : 1 @e2
         e e2 t2 : 1
         e e3 t2 open=.4 : 1",
        &[("t1", 0.300118), ("t2", 0.699994)],
        0.005,
    );
}

#[test]
fn asynchronous_calls_in_a_second_phase() {
    simulated(
        "p client inf
         p server fcfs x2
         t client client ref x3
         t server1 server server x2
         t server2 server server
         e client client : 1 @entry1
         e entry1 server1 forward=entry2*.5 : .5 @entry2*.2!; .5 ~entry3*.3
         e entry2 server2 : .2
         e entry3 server2 : .3",
        &[
            ("client", 1.40961),
            ("server1", 1.41166),
            ("server2", 1.41011),
        ],
        0.015,
    );
}

/// A client calls a server directly and through another one.
#[test]
fn interlock() {
    let text = |population: usize, middle: &str| {
        format!(
            "p p0 inf
             p p1 fcfs
             p p2 fcfs
             t t0 p0 ref x{population}
             t t1 p1 server
             t t2 p2 server
             e e0 t0 : 1 @e2 @e1
             e e1 t1 : {middle}
             e e2 t2 : 1"
        )
    };
    simulated(
        &text(2, "1 @e2"),
        &[("t0", 0.346318), ("t2", 0.690338)],
        0.005,
    );
    simulated(
        &text(1, ".5!; .5 @e2"),
        &[("t0", 0.285542), ("t2", 0.570134)],
        0.005,
    );
    simulated(
        &text(2, ".5!; .5 @e2"),
        &[("t0", 0.364253), ("t2", 0.728976)],
        0.005,
    );
}

/// Two servers on one processor, one with a second phase.
#[test]
fn split_interlock() {
    simulated(
        "p client inf
         p server fcfs
         t c0 client ref
         t s0 server server
         t s1 server server
         e c0 c0 : 0 @s0 @s1*2; 1 @s0
         e s0 s0 : 1!; 1.5
         e s1 s1 : 3",
        &[("c0", 0.0871731), ("s0", 0.174284), ("s1", 0.174135)],
        0.005,
    );
}

#[test]
fn threads_with_a_second_phase() {
    simulated(
        "p client inf
         p server inf
         t client client ref x3
         t server server server x3
         e client client : 1 @server
         e server server : .5!; .5",
        &[("client", 1.92034), ("server", 1.92078)],
        0.005,
    );
}

/// The answer goes out of one branch of a fork.
#[test]
fn reply_from_a_branch() {
    simulated(
        "p client inf
         p server fcfs x2
         t client client ref x2
         t server server server x2
         e client client : 1 @server
         e server server : .25; [.4! & .6]; .25",
        &[("client", 1.02229), ("server", 1.02381)],
        0.005,
    );
    simulated(
        "p p1 inf
         p p2 fcfs
         t t1 p1 ref
         t t2 p2 server
         e e1 t1 : 1 @e2
         e e2 t2 : .1; [.1!; .1 & .1]0",
        &[("t1", 0.788985), ("t2", 0.789357)],
        0.005,
    );
}

#[test]
fn loops_in_a_fork() {
    simulated(
        "p p1 fcfs
         p d1 fcfs
         p d2 fcfs
         p d3 fcfs
         p d4 fcfs
         t t1 p1 ref
         t d1 d1 server
         t d2 d2 server
         t d3 d3 server
         t d4 d4 server
         e e1 t1 : .1 @d1*2.5 @d2*2.5 @d3*2.5 @d4*2.5; [.1 @d1*2.5 @d2*2.5 @d3*2.5 @d4*2.5 & (.5: .1 @d1*2.5 @d2*2.5 @d3*2.5 @d4*2.5) & (.33333: .1 @d1*2.5 @d2*2.5 @d3*2.5 @d4*2.5)]
         e d1 d1 : .04
         e d2 d2 : .04
         e d3 d3 : .04
         e d4 d4 : .04",
        &[("t1", 0.782985), ("d1", 5.54212), ("d4", 5.54475)],
        0.005,
    );
}

#[test]
fn choice_and_loop() {
    simulated(
        "p c0 inf
         p p0 ps
         t c0 c0 ref
         t t0 p0 server
         e c0 c0 : .5 @e0
         e e0 t0 : .4; {.75: .3; (.5: .8); .1 | .25: .4}; .4!",
        &[("c0", 0.500962), ("t0", 0.500169)],
        0.005,
    );
}

#[test]
fn two_of_three() {
    simulated(
        "p p1 fcfs
         p d1 fcfs
         p d2 fcfs
         p d3 fcfs
         t t1 p1 ref
         t d1 d1 server
         t d2 d2 server
         t d3 d3 server
         e e1 t1 : 1; [=.1 @d1 & =.1 @d2 & =.1 @d3]2; 1
         e d1 d1 : .04
         e d2 d2 : .04
         e d3 d3 : .04",
        &[("t1", 0.434087), ("d1", 0.434087)],
        0.005,
    );
}

/// Two customers over two layers of servers with second phases.
#[test]
fn two_layers_of_second_phases() {
    simulated(
        "p p1 fcfs
         p p3 fcfs
         p p4 fcfs
         p p2 fcfs
         t t1 p1 ref
         t t3 p3 server
         t t4 p4 server
         t t2 p2 ref
         t t5 p2 server
         e e1 t1 : 0; 1.5 @e3 @e4*.5 @e5*2; .5 @e5*1.1
         e e3 t3 : .1!; 2
         e e4 t3 : .3!; .5
         e e5 t4 : .3 @e6*.5!; .1 @e6*1.7
         e e2 t2 : 0; .1 @e6 @e5*2; .2 @e6*2.5 @e7 @e5*1.1
         e e6 t5 : 1!; 2
         e e7 t5 : .1!; .7",
        &[
            ("t1", 0.0254344),
            ("t4", 0.124856),
            ("t2", 0.0149059),
            ("t5", 0.341716),
        ],
        0.02,
    );
}

#[test]
fn three_clients_of_one_server() {
    simulated(
        "p p1 fcfs
         p p2 fcfs
         p p3 fcfs
         p p4 fcfs
         t client1 p1 ref
         t client2 p2 ref
         t client3 p3 ref
         t server p4 server
         e cl1 client1 : 2 @s1
         e cl2 client2 : .5 @s2
         e cl3 client3 : 1 @s3
         e s1 server : 1!; 5
         e s2 server : .5!; .5
         e s3 server : .5!; 1",
        &[
            ("client1", 0.11271),
            ("client2", 0.136954),
            ("client3", 0.12439),
            ("server", 0.373378),
        ],
        0.01,
    );
}

#[test]
fn variation() {
    for scv in ["0", "1", "0.25", "9"] {
        simulated(
            &format!(
                "p p inf
                 t client p ref
                 t server p server
                 e client client : 1 c={scv} @server*2
                 e server server : 1 c={scv}"
            ),
            &[("client", 0.333456), ("server", 0.666642)],
            0.005,
        );
    }
}

/// A web server with a protocol thread, scripts and a database: 225 users, too many for the chain.
#[test]
fn web_server() {
    let text = "
        p DB_CPU fcfs
        p DB_Disk fcfs
        p User inf
        p WS_CPU ps
        p WS_Disk fcfs
        t DB DB_CPU server
        t DB_Disk DB_Disk server
        t User User ref x225 z=3000
        t Protocol WS_CPU server
        t WebServer WS_CPU server x10
        t CGI WS_CPU server x3
        t WS_Disk WS_Disk server
        e DB_Read DB : 20.4 @DB_Disk*4
        e DB_Update DB : 30.6 @DB_Disk*6
        e DB_Disk DB_Disk : 5
        e User User : 0 @Protocol
        e Protocol Protocol forward=WebServer : 6.2
        e WebServer WebServer : 9.821 @WS_Disk*1.51 @CGI_Update*.04 @CGI_Read*.06
        e CGI_Update CGI : 15 @DB_Update*1.6
        e CGI_Read CGI : 5 @DB_Read*4.3
        e WS_Disk WS_Disk : 5";
    simulated(
        text,
        &[("User", 0.0570296), ("DB", 0.0183607), ("CGI", 0.00570141)],
        0.04,
    );
    assert_eq!(solved(&notation::model(text)).methods, [Method::Paths]);
}

/// Two and ten customers at three and ten servers: a closed network.
#[test]
fn twelve_customers_at_thirteen_servers() {
    let mut text = String::new();
    for (kind, count) in [("a", 2), ("b", 10), ("c", 3), ("d", 10)] {
        for i in 0..count {
            let role = if kind < "c" { "ref" } else { "server" };
            text += &format!("p {kind}{i} fcfs\nt {kind}{i} {kind}{i} {role}\n");
        }
    }
    for i in 0..3 {
        text += &format!("e c{i} c{i} : 3\n");
    }
    for i in 0..10 {
        text += &format!("e d{i} d{i} : 5\ne b{i} b{i} : 4 @c0*6 @c1*6 @c2*6 @d{i}*8\n");
    }
    text += "e a0 a0 : 2 @c0*4 @c1*4 @c2*4\ne a1 a1 : 2 @c0*4 @c1*4 @c2*4\n";
    let expected = [
        ("a0", 0.00673368),
        ("b0", 0.00374352),
        ("c0", 0.278604),
        ("d0", 0.0299735),
    ];
    simulated(&text, &expected, 0.005);
    let methods = solved(&notation::model(&text)).methods;
    assert_eq!(methods, [Method::Network(closed::Method::Exact)]);
}

/// Everything waits for the inventory, whose helpers only ever serve its one thread.
#[test]
fn bookstore() {
    let simulated = [
        (10, 0.003195, 3129.8),
        (20, 0.006300, 3174.3),
        (40, 0.011888, 3364.8),
        (60, 0.015234, 3938.2),
        (100, 0.015824, 6319.1),
    ];
    for (customers, x, round) in simulated {
        let model = notation::model(&bookstore::bookstore(customers));
        let solution = solved(&model);
        let result = solution.entries[0];
        let error = (result.throughput_per_s / x - 1.0).abs();
        assert!(
            error < 0.03,
            "{customers}: {} {error}",
            result.throughput_per_s
        );
        let error = (result.response_s / round - 1.0).abs();
        assert!(error < 0.03, "{customers}: {} {error}", result.response_s);
    }
}

#[test]
fn open_queues_in_closed_form() {
    for (threads, rate) in [(1, 0.5), (2, 1.2), (3, 2.4)] {
        let model = notation::model(&format!(
            "p p inf\nt t p server x{threads}\ne e t open={rate} : 1"
        ));
        let exact = Mmc::new(threads, rate, 1.0).unwrap().mean_response_s();
        let chain = solved(&model).entries[0];
        assert!((chain.throughput_per_s / rate - 1.0).abs() < 1e-3);
        assert!(
            (chain.response_s / exact - 1.0).abs() < 0.02,
            "{chain:?} {exact}"
        );
        let paths = solve_with(&model, PATHS).unwrap().entries[0];
        assert!(
            (paths.response_s / exact - 1.0).abs() < 0.01,
            "{paths:?} {exact}"
        );
    }
}

#[test]
fn what_cannot_keep_up_says_so() {
    let model = notation::model("p p fcfs\nt t p server\ne e t open=2 : 1");
    let solution = solve(&model).unwrap();
    assert!(!solution.converged);
    assert!(solution.entries[0].response_s.is_finite());
}

#[test]
fn all_faults_at_once() {
    let mut model = notation::model(
        "p p fcfs x0
         t a p ref
         t b p server x0
         t c p server
         e a a : 1 @b
         e b b : 1 @c
         e c c : 1 @b",
    );
    model.entries[0].activities[0].demand_s = f64::NAN;
    model.entries[1].activities[0].calls[0].mean = -1.0;
    let faults = solve(&model).unwrap_err();
    assert_eq!(faults.len(), 4, "{faults:?}");
    // A task that calls itself is found once the rest is right.
    let circle = "p p fcfs\nt b p server\nt c p server\ne b b : 1 @c\ne c c : 1 @b";
    assert_eq!(solve(&notation::model(circle)).unwrap_err().len(), 2);
    let idle = "p p fcfs\nt a p ref\ne a a : 0";
    assert!(
        solve(&notation::model(idle)).unwrap_err()[0]
            .message
            .contains("no time")
    );
    let endless = "p p fcfs\nt a p ref\ne a a : 1; 1";
    let mut endless = notation::model(endless);
    endless.entries[0].activities[1].then = Then::Next(0);
    assert!(solve(&endless).unwrap_err()[0].message.contains("never"));
    assert!(solve(&Model::default()).unwrap().tasks.is_empty());
}
