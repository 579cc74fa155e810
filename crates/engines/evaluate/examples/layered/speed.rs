//! Three tiers: customers, a web server of several threads, an application and a database.

use groundplan_evaluate::layered::{Activity, Entry, Model, Processor, Task, TaskKind, solve};
use groundplan_evaluate::network::{Capacity, Discipline};

const SOLVES: usize = 1000;

pub fn run() {
    let (mut sum, mut settled) = (0.0, 0);
    for i in 0..SOLVES {
        match solve(&three_tiers(50 + i % 50)) {
            Ok(solution) => {
                sum += solution.tasks[0].throughput_per_s;
                settled += usize::from(solution.converged);
            }
            Err(faults) => println!("{faults:?}"),
        }
    }
    println!(
        "{SOLVES} solves, {settled} settled, mean throughput {:.4}",
        sum / SOLVES as f64
    );
}

fn three_tiers(customers: usize) -> Model {
    let processor = |id: &str, capacity, discipline| Processor {
        id: id.to_owned(),
        capacity,
        discipline,
        speed: 1.0,
    };
    let server = |id: &str, processor, threads| Task {
        id: id.to_owned(),
        processor,
        kind: TaskKind::Server(Capacity::Servers(threads)),
    };
    Model {
        processors: vec![
            processor("users", Capacity::Unlimited, Discipline::Shared),
            processor("web", Capacity::Servers(2), Discipline::Shared),
            processor("application", Capacity::Servers(2), Discipline::Shared),
            processor("database", Capacity::Servers(1), Discipline::FirstCome),
        ],
        tasks: vec![
            Task {
                id: "users".to_owned(),
                processor: 0,
                kind: TaskKind::Reference {
                    population: customers,
                    think_s: 1.0,
                },
            },
            server("web", 1, 20),
            server("application", 2, 10),
            server("database", 3, 4),
        ],
        entries: vec![
            Entry::phases("use", 0, vec![Activity::work("use", 0.0).calling(1, 1.0)]),
            Entry::phases(
                "page",
                1,
                vec![Activity::work("page", 0.01).calling(2, 1.5)],
            ),
            Entry::phases("act", 2, vec![Activity::work("act", 0.012).calling(3, 2.0)]),
            Entry::phases("query", 3, vec![Activity::work("query", 0.004)]),
        ],
    }
}
