//! Holds the layered solver against the stored simulation results of the published models.
//!
//! `cargo run --release -p groundplan-evaluate --example layered -- <checkout> [--no-chain] [name..]`
//! prints a table; the checkout is one of github.com/layeredqueuing/V5. With `--no-chain` the Markov
//! chain is left out. `<checkout> --speed` solves three tiers again and again; measure it with
//! `time`.

use std::fs;
use std::path::Path;

use groundplan_evaluate::layered::{Method, Options, Solution, solve_with};

mod lqn;
mod lqnx;
mod raw;
mod speed;
mod xml;

struct Row {
    model: String,
    simulated: f64,
    computed: f64,
}

impl Row {
    fn error(&self) -> f64 {
        if self.simulated > 0.0 {
            (self.computed / self.simulated - 1.0).abs()
        } else {
            0.0
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: layered <checkout of layeredqueuing/V5> [--no-chain] [model..]");
        std::process::exit(2);
    };
    let mut options = Options::default();
    let mut only = Vec::new();
    for argument in arguments {
        if argument == "--no-chain" {
            options.states = 0;
        } else if argument == "--speed" {
            speed::run();
            return;
        } else {
            only.push(argument);
        }
    }
    let models = Path::new(&folder).join("models");
    let regression = models.join("regression");
    let mut common = Vec::new();
    let mut others = Vec::new();
    for name in names(&regression.join("sim-results"), ".lqxo") {
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let both = regression
            .join(format!("lqns-results/{name}.lqxo"))
            .exists();
        let rows = if both { &mut common } else { &mut others };
        let result = regression.join(format!("sim-results/{name}.lqxo"));
        let done = read(&regression.join(format!("{name}.lqnx"))).and_then(|model| {
            let simulated = lqnx::throughputs(&read(&result)?)?;
            compare(&name, &lqnx::read(&model)?, &simulated, options, rows)
        });
        if let Err(why) = done {
            println!("| {name} | | | | not read: {why} |");
        }
    }
    summary("models that LQNS has results for", &common);
    summary("other models", &others);

    let bookstore = models.join("rads-bookstore");
    let mut rows = Vec::new();
    for name in names(&bookstore.join("sim-results"), ".p") {
        if !only.is_empty() && !only.contains(&name) {
            continue;
        }
        let done = read(&bookstore.join(format!("{name}.in"))).and_then(|model| {
            let result = read(&bookstore.join(format!("sim-results/{name}.p")))?;
            let mut simulated = lqn::throughputs(&result);
            simulated.retain(|(task, _)| task == "Customer" || task == "InventoryMgr");
            compare(&name, &lqn::read(&model)?, &simulated, options, &mut rows)
        });
        if let Err(why) = done {
            println!("| {name} | | | | not read: {why} |");
        }
    }
    summary("bookstore", &rows);
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// Names of the files with an ending, sorted.
fn names(folder: &Path, ending: &str) -> Vec<String> {
    let mut names: Vec<String> = (fs::read_dir(folder).into_iter().flatten().flatten())
        .filter_map(|f| {
            f.file_name()
                .to_str()?
                .strip_suffix(ending)
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    names
}

fn compare(
    name: &str,
    raw: &raw::Raw,
    simulated: &[(String, f64)],
    options: Options,
    rows: &mut Vec<Row>,
) -> Result<(), String> {
    let (model, firsts) = raw.model()?;
    let solution = solve_with(&model, options).map_err(|faults| format!("{faults:?}"))?;
    for (task, x) in simulated {
        let Some(at) = raw.tasks.iter().position(|t| t.name == *task) else {
            continue;
        };
        let row = Row {
            model: name.to_owned(),
            simulated: *x,
            computed: solution.tasks[firsts[at]].throughput_per_s,
        };
        println!(
            "| {name} | {task} | {:.6} | {:.6} | {:.2} % | {} |",
            row.simulated,
            row.computed,
            row.error() * 100.0,
            how(&solution),
        );
        rows.push(row);
    }
    Ok(())
}

fn how(solution: &Solution) -> String {
    let mut methods: Vec<String> = (solution.methods.iter())
        .map(|m| match m {
            Method::Chain { states } => format!("chain of {states}"),
            Method::Network(_) => "closed network".to_owned(),
            Method::Paths => "paths".to_owned(),
        })
        .collect();
    methods.dedup();
    let settled = if solution.converged {
        ""
    } else {
        ", not settled"
    };
    methods.join(" and ") + settled
}

fn summary(title: &str, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    let mut errors: Vec<f64> = rows.iter().map(Row::error).collect();
    errors.sort_by(f64::total_cmp);
    let at = |share: f64| errors[((errors.len() - 1) as f64 * share).round() as usize] * 100.0;
    let mean = errors.iter().sum::<f64>() / errors.len() as f64 * 100.0;
    let mut models: Vec<&str> = rows.iter().map(|r| r.model.as_str()).collect();
    models.dedup();
    println!(
        "\n{title}: {} models, {} tasks; error of throughput: median {:.2} %, mean {mean:.2} %, 90th percentile {:.2} %, largest {:.2} %\n",
        models.len(),
        rows.len(),
        at(0.5),
        at(0.9),
        at(1.0),
    );
}
