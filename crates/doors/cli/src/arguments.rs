//! The command line: one definition for parser, help and completion.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use terminal::arguments::{Colour, Format, Threshold};

/// A backend architect you can run: from a brief to a checked design.
#[derive(Parser)]
#[command(
    name = "groundplan",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        groundplan new --from orders shop     a brief to start from\n  \
        groundplan ask shop                   the questions whose answers would change the design\n  \
        groundplan plan shop                  two or three options, side by side\n  \
        groundplan design shop                architecture.yaml and its documents\n  \
        groundplan check shop                 what a senior reviewer would send back\n  \
        groundplan research .                 what is true of the code that stands\n\n\
        Exit codes: 0 clean, 1 findings or open questions, 2 unusable input or command."
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours; NO_COLOR is respected.
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto)]
    pub color: Colour,
}

#[derive(Subcommand)]
pub enum Command {
    /// Start a brief from an example.
    #[command(
        after_help = "Example:\n  groundplan new --list\n  groundplan new --from orders shop"
    )]
    New {
        /// The example to copy.
        #[arg(long, value_name = "NAME", default_value = "orders")]
        from: String,
        /// List the examples.
        #[arg(long)]
        list: bool,
        /// The folder to write to; it is made.
        #[arg(value_hint = ValueHint::DirPath, required_unless_present = "list")]
        folder: Option<PathBuf>,
    },
    /// Ask what the brief leaves open and a design depends on.
    #[command(
        after_help = "Examples:\n  groundplan ask shop\n  groundplan ask shop --format yaml > questions.yaml\n  \
        groundplan ask shop --answers questions.yaml\n  groundplan ask shop --assume"
    )]
    Ask {
        #[command(flatten)]
        at: Folder,
        /// `text` asks in the terminal; the others print the questionnaire.
        #[arg(long, value_enum, default_value_t = AskFormat::Text)]
        format: AskFormat,
        /// Read the answers from a questionnaire that was filled in.
        #[arg(long, value_name = "FILE", conflicts_with = "assume")]
        answers: Option<PathBuf>,
        /// Take the default of every open question and list it as an assumption.
        #[arg(long)]
        assume: bool,
    },
    /// Show two or three options side by side, with numbers and a recommendation.
    #[command(
        after_help = "Examples:\n  groundplan plan shop\n  groundplan plan shop --format yaml"
    )]
    Plan {
        #[command(flatten)]
        at: Folder,
        #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
        format: PlanFormat,
    },
    /// Write architecture.yaml and the documents of the chosen option.
    #[command(
        after_help = "Examples:\n  groundplan design shop\n  groundplan design shop --option single-machine\n  \
        groundplan design shop --assume        take defaults for open questions, listed as assumptions\n  \
        groundplan design shop --accept        apply the proposal to an architecture that is there"
    )]
    Design {
        #[command(flatten)]
        at: Folder,
        /// The option to work out; the recommended one unless said.
        #[arg(long, value_name = "ID")]
        option: Option<String>,
        /// Take the defaults of open questions, listed as assumptions in the brief.
        #[arg(long)]
        assume: bool,
        /// Apply the proposed changes to the architecture that is there.
        #[arg(long)]
        accept: bool,
    },
    /// Check the brief and the architecture, or a tree of code.
    Check(Check),
    /// Read the code that is there: what runs, who talks to whom, what is wrong.
    Research(Research),
    /// Hold the kept architecture against the code: what parted.
    Drift(DriftArguments),
    /// Compute the numbers: rates, latency, utilisation, availability, storage, cost.
    Evaluate(Evaluate),
    /// Simulate event by event: what users see when something goes wrong.
    Simulate(Simulate),
    /// Run the design's own queries on its own schema in a real database, and keep what they cost.
    #[command(
        after_help = "Examples:\n  groundplan measure shop                                 in SQLite, nothing to install\n  \
        groundplan measure shop --database postgres://me@localhost/scratch\n  \
        groundplan measure shop --at 1y --rows 5M --budget 10m\n\n\
        The schema goes into a temporary file, or into a schema of its own on the server, and is removed\n\
        again; existing data is not touched. A password is read from PGPASSWORD where the address has none.\n\
        The facts are written to measured.yaml, and `groundplan evaluate` uses those of the store's own\n\
        technology."
    )]
    Measure {
        #[command(flatten)]
        at: Folder,
        #[command(flatten)]
        with: MeasureArguments,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Render the documents, contracts, schemas and diagrams again.
    #[command(
        after_help = "Examples:\n  groundplan render shop\n  groundplan render shop --only openapi,sql\n  groundplan render --list"
    )]
    Render {
        #[command(flatten)]
        at: Folder,
        /// Renderers to run, separated by commas.
        #[arg(long, value_delimiter = ',', value_name = "ID")]
        only: Vec<String>,
        /// List the renderers.
        #[arg(long)]
        list: bool,
        /// Write over files that were edited by hand.
        #[arg(long)]
        force: bool,
    },
    /// Explain a rule, decision, number, finding, pattern, question or technology.
    #[command(
        after_help = "Examples:\n  groundplan explain missing-timeout\n  groundplan explain place-order.p99 shop\n  groundplan explain decisions.cache shop"
    )]
    Explain {
        id: String,
        #[command(flatten)]
        at: Folder,
    },
    /// Format the YAML files; comments and order stay.
    #[command(
        after_help = "Examples:\n  groundplan fmt shop\n  groundplan fmt --check shop/brief.yaml"
    )]
    Fmt {
        /// Files, or folders with a brief.yaml and an architecture.yaml.
        #[arg(value_hint = ValueHint::AnyPath, default_value = ".")]
        paths: Vec<PathBuf>,
        /// Change nothing; exit 1 where something would change.
        #[arg(long)]
        check: bool,
    },
    /// Show what was accepted into the files, by whom and why; take the last back.
    #[command(
        after_help = "Examples:\n  groundplan history shop\n  groundplan history shop --undo 7 --reason 'the provider refuses repeats'"
    )]
    History {
        #[command(flatten)]
        at: Folder,
        /// Take back the last accepted change, by its number.
        #[arg(long, value_name = "N", requires = "reason")]
        undo: Option<u64>,
        /// Why it is taken back.
        #[arg(long, value_name = "TEXT", requires = "undo")]
        reason: Option<String>,
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Install definitions for coding agents into a project.
    #[command(subcommand)]
    Agents(Agents),
    /// Serve a folder to a coding agent (Model Context Protocol).
    #[command(disable_help_flag = true)]
    Mcp(Beside),
    /// Serve an editor (Language Server Protocol).
    #[command(disable_help_flag = true)]
    Lsp(Beside),
    /// Draft a brief from a letter, with a language model.
    #[command(disable_help_flag = true)]
    Draft(Beside),
    /// Let a language model propose changes against findings.
    #[command(disable_help_flag = true)]
    Improve(Beside),
    /// Print the JSON Schema of a file, for editors.
    #[command(after_help = "Example:\n  groundplan schema brief > brief.schema.json")]
    Schema {
        #[arg(value_parser = ["brief", "architecture", "waivers", "measured"])]
        file: String,
    },
    /// Print a completion script for a shell.
    #[command(
        after_help = "Example:\n  groundplan completions bash > /etc/bash_completion.d/groundplan"
    )]
    Completions { shell: clap_complete::Shell },
}

/// What a program of its own is given, as it stands.
#[derive(Args)]
pub struct Beside {
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGUMENTS"
    )]
    pub arguments: Vec<std::ffi::OsString>,
}

/// `groundplan agents`.
#[derive(Subcommand)]
pub enum Agents {
    /// Write the definitions and enter the server; edited files stay.
    #[command(
        after_help = "Examples:\n  groundplan agents install --for claude\n  groundplan agents install --for codex --to ../shop\n  groundplan agents install --for cursor --dry-run"
    )]
    Install {
        /// The program that the agents run in.
        #[arg(long = "for", value_enum, value_name = "PROGRAM", required = true)]
        program: Vec<AgentProgram>,
        /// The project's folder.
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, default_value = ".")]
        to: PathBuf,
        /// Say what would be written, and write nothing.
        #[arg(long)]
        dry_run: bool,
        /// Write over definitions that were edited by hand.
        #[arg(long)]
        force: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AgentProgram {
    Claude,
    Cursor,
    Codex,
    Copilot,
}

/// `groundplan check`.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    groundplan check shop\n  \
    groundplan check shop --severity blocker\n  \
    groundplan check shop --format json\n  \
    groundplan check . --format sarif                              red flags of a tree of code, in CI\n  \
    groundplan check . --baseline known.json --write-baseline      take the findings there are as known\n  \
    groundplan check . --baseline known.json                       fail on new ones only\n\n\
    A folder without brief.yaml and architecture.yaml is taken as a tree of code. What is not certain\n\
    is shown and never makes the exit code 1.")]
pub struct Check {
    #[command(flatten)]
    pub at: Folder,
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub format: CheckFormat,
    /// Findings from this severity on make the exit code 1.
    #[arg(long, value_enum, default_value_t = Threshold::Minor)]
    pub severity: Threshold,
    /// Check the code of the folder, where it holds an architecture too.
    #[arg(long)]
    pub code: bool,
    /// Findings that this file knows stay quiet.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub baseline: Option<PathBuf>,
    /// Write the findings that are there into the baseline.
    #[arg(long, requires = "baseline")]
    pub write_baseline: bool,
    /// Read every file anew, and keep nothing for the next run.
    #[arg(long)]
    pub no_cache: bool,
}

/// `groundplan research`.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    groundplan research .                       research/: document, facts, architecture\n  \
    groundplan research . --quick               a screen of orientation, nothing written\n  \
    groundplan research orders stock --out r    a system in two repositories\n  \
    groundplan research . --json                facts and findings for programs, nothing written\n\n\
    Nothing of the project is run, no link is followed out of it, and nothing leaves the machine.\n\
    The exit code is 0 whatever is found; `groundplan check` is the gate.")]
pub struct Research {
    /// Folders of code; several are read as one system.
    #[arg(value_name = "PATH", value_hint = ValueHint::DirPath, default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Show a screen of orientation, and write nothing.
    #[arg(long)]
    pub quick: bool,
    /// Print facts and findings as JSON, and write nothing.
    #[arg(long, conflicts_with_all = ["quick", "out"])]
    pub json: bool,
    /// The folder to write to; `research` inside the first path unless said.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, conflicts_with = "quick")]
    pub out: Option<PathBuf>,
    /// Read every file anew, and keep nothing for the next run.
    #[arg(long)]
    pub no_cache: bool,
}

/// `groundplan drift`.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    groundplan drift .                                        exit code 1 where they have parted\n  \
    groundplan drift . --architecture docs/architecture       the architecture is kept elsewhere\n  \
    groundplan drift . --accept new-component@components.mailer --reason ADR-12\n\n\
    Accepted differences are kept in drift.yaml beside the architecture.")]
pub struct DriftArguments {
    /// The folder of the code.
    #[arg(value_name = "PATH", value_hint = ValueHint::DirPath, default_value = ".")]
    pub path: PathBuf,
    /// The folder with architecture.yaml; the code's own, or its `research`, unless said.
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub architecture: Option<PathBuf>,
    /// Accept a difference, by the id that is printed; may be given several times.
    #[arg(long, value_name = "ID", requires = "reason")]
    pub accept: Vec<String>,
    /// Why it is accepted.
    #[arg(long, value_name = "TEXT", requires = "accept")]
    pub reason: Option<String>,
    /// Read every file anew, and keep nothing for the next run.
    #[arg(long)]
    pub no_cache: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `groundplan evaluate`.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    groundplan evaluate shop                             in the busiest hour\n  \
    groundplan evaluate shop --load 10x                  at ten times that\n  \
    groundplan evaluate shop --lose zone-b               with a zone lost\n  \
    groundplan evaluate shop --what-if cache.hit=0.7     what moves if a value is another one\n  \
    groundplan evaluate shop --what-if app.instances=4 --what-if load=3x\n  \
    groundplan evaluate shop --simulate                  computed beside simulated\n  \
    groundplan evaluate shop --sensitivity               what to check first\n  \
    groundplan evaluate shop --growth                    the years ahead\n  \
    groundplan evaluate shop --format json               everything, for programs")]
pub struct Evaluate {
    #[command(flatten)]
    pub at: Folder,
    /// Multiple of the busiest hour.
    #[arg(long, value_name = "N", default_value = "1x", value_parser = load_factor, allow_hyphen_values = true)]
    pub load: f64,
    /// Every operation at its peak instead of the busiest hour.
    #[arg(long)]
    pub peak: bool,
    /// Take one zone as lost: zone-a, zone-b, ...
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub lose: Option<String>,
    /// Replace a value and show what moves; may be given several times.
    #[arg(long, value_name = "PATH=VALUE")]
    pub what_if: Vec<String>,
    /// Show what the numbers rest on: what to check first, and the chance of meeting each target.
    #[arg(long)]
    pub sensitivity: bool,
    /// Show the years ahead under the brief's growth, until the first target breaks.
    #[arg(long)]
    pub growth: bool,
    /// Simulate as well, and show both numbers with their difference.
    #[arg(long)]
    pub simulate: bool,
    /// Seed of the simulation.
    #[arg(long, value_name = "N", requires = "simulate")]
    pub seed: Option<u64>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// `groundplan simulate`.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    groundplan simulate shop                                  the busiest hour, with intervals\n  \
    groundplan simulate shop --list                           the experiments of the architecture\n  \
    groundplan simulate shop --experiment lose-zone-b\n  \
    groundplan simulate shop --lose b --at 60s --for 120s     a zone is lost and comes back\n  \
    groundplan simulate shop --spike 8x --for 5min            eight times the load for five minutes\n  \
    groundplan simulate shop --stop cache --svg stop.svg      with a picture\n  \
    groundplan simulate shop --slow bank=10x --seed 7 --format json\n\n\
    The same architecture, flags and seed give the same numbers.")]
pub struct Simulate {
    #[command(flatten)]
    pub at_folder: Folder,
    /// An experiment of the architecture.
    #[arg(long, value_name = "ID", conflicts_with_all = ["lose", "spike", "stop", "slow"])]
    pub experiment: Option<String>,
    /// List the experiments.
    #[arg(long)]
    pub list: bool,
    /// Lose a zone: a, b, ...
    #[arg(long, value_name = "ZONE", value_parser = zone)]
    pub lose: Option<String>,
    /// So many times the load while the fault lasts.
    #[arg(long, value_name = "N", value_parser = load_factor)]
    pub spike: Option<f64>,
    /// Stop a component; may be given several times.
    #[arg(long, value_name = "COMPONENT")]
    pub stop: Vec<String>,
    /// Make a component slow by a factor; may be given several times.
    #[arg(long, value_name = "COMPONENT=N", value_parser = slowed)]
    pub slow: Vec<(String, f64)>,
    /// When the faults begin.
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = time)]
    pub at: f64,
    /// How long they last.
    #[arg(long = "for", value_name = "TIME", default_value = "120s", value_parser = time)]
    pub lasting: f64,
    /// How long is simulated; without faults, until the intervals are narrow.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub lasts: Option<f64>,
    /// Multiple of the busiest hour.
    #[arg(long, value_name = "N", value_parser = load_factor)]
    pub load: Option<f64>,
    /// Seed of the random numbers; 1 unless said.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Events at most; 20 million unless said.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1000..))]
    pub events: Option<u64>,
    /// Write the timeline as a picture.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub svg: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

#[derive(Args)]
pub struct MeasureArguments {
    /// Address of a PostgreSQL server; without it, SQLite runs inside the program.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Most rows of all tables together; beyond, all tables are thinned alike.
    #[arg(long, value_name = "N", default_value = "1M", value_parser = row_count)]
    pub rows: u64,
    /// Time for all of it; half of that at most goes to loading.
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = time_budget)]
    pub budget: std::time::Duration,
    /// The volume: today's, or after one or three years of growth.
    #[arg(long = "at", value_name = "WHEN", default_value = "today", value_parser = volume_at)]
    pub at: u32,
    /// Measure and show, and write no file.
    #[arg(long)]
    pub dry_run: bool,
    /// Write over a measured.yaml that was edited by hand.
    #[arg(long)]
    pub force: bool,
}

#[derive(Args)]
pub struct Folder {
    /// The folder with brief.yaml and architecture.yaml.
    #[arg(value_hint = ValueHint::DirPath, default_value = ".")]
    pub folder: PathBuf,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    Text,
    Json,
    /// SARIF 2.1.0.
    Sarif,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AskFormat {
    Text,
    Yaml,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    Text,
    Yaml,
    Json,
}

/// Seconds of `60s`, `90 s`, `10m`, `2 h`.
fn time(text: &str) -> Result<f64, String> {
    let text = text.trim();
    // On a command line `m` is minutes.
    let spelled = match text.strip_suffix('m') {
        Some(number) if number.ends_with(|c: char| c.is_ascii_digit() || c == ' ') => {
            format!("{number}min")
        }
        _ => text.to_string(),
    };
    let parsed = spelled.parse::<model::Duration>()?.secs();
    match parsed {
        s if s.is_finite() && s <= 31_557_600.0 => Ok(s),
        _ => Err("write a time of at most a year, for example 10 min".into()),
    }
}

/// `bank=10x`.
fn slowed(text: &str) -> Result<(String, f64), String> {
    let (id, factor) = text
        .split_once('=')
        .ok_or("write a component and a factor, for example bank=10x")?;
    Ok((id.trim().to_string(), load_factor(factor)?))
}

/// `b` or `zone-b`, from a to f.
fn zone(text: &str) -> Result<String, String> {
    let bare = text.strip_prefix("zone-").unwrap_or(text);
    match bare.as_bytes() {
        [b'a'..=b'f'] => Ok(format!("zone-{bare}")),
        _ => Err("write a zone, for example zone-b".into()),
    }
}

fn load_factor(text: &str) -> Result<f64, String> {
    let number = text.trim().trim_end_matches(['x', 'X']);
    match number.parse::<f64>() {
        Ok(n) if n.is_finite() && n > 0.0 && n <= 1e6 => Ok(n),
        _ => Err("write a multiple of the busiest hour, for example 10x".into()),
    }
}

/// Fewest and most rows that say something.
const ROWS: std::ops::RangeInclusive<f64> = 100.0..=2e9;

fn row_count(text: &str) -> Result<u64, String> {
    match text.parse::<model::Count>() {
        Ok(count) if ROWS.contains(&count.0) => Ok(count.0 as u64),
        _ => Err("write a number of rows from 100 on, for example 200k or 5M".into()),
    }
}

fn time_budget(text: &str) -> Result<std::time::Duration, String> {
    match time(text) {
        Ok(seconds) if (1.0..=86_400.0).contains(&seconds) => {
            Ok(std::time::Duration::from_secs_f64(seconds))
        }
        _ => Err("write a time from a second to a day, for example 30s or 5m".into()),
    }
}

fn volume_at(text: &str) -> Result<u32, String> {
    match text.trim() {
        "today" | "now" | "0" => Ok(0),
        "1y" => Ok(1),
        "3y" => Ok(3),
        _ => Err("write today, 1y or 3y".into()),
    }
}
