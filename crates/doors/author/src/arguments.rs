//! The command line: one definition for parser and help.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueHint};
use terminal::arguments::{Colour, Format, Threshold};

use crate::language::Wire;

/// A language model drafts a brief or proposes cures; Groundplan judges each proposal.
#[derive(Parser)]
#[command(
    name = "groundplan-author",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        groundplan draft letter.md --to shop        a brief from a customer's letter\n  \
        groundplan improve shop                     cures for what `groundplan check shop` finds\n\n\
        Exit codes: 0 clean, 1 findings, open questions or things left out, 2 unusable input, model or command."
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
    /// Draft a brief from a letter; what the letter does not say stays a question.
    #[command(after_help = "Examples:\n  groundplan draft letter.md --to shop\n  \
        groundplan draft letter.md --to shop --model NAME --max-cost 0.50\n  \
        groundplan draft letter.md --to shop --endpoint http://localhost:11434/v1 --model NAME\n\n\
        Every value of the brief stands under the words of the letter that it rests on. A value whose words\n\
        or numbers are not in the letter is left out and named. A brief that is there is never overwritten.")]
    Draft(Draft),
    /// Let a model propose changes that cure findings, and keep those that do.
    #[command(after_help = "Examples:\n  groundplan improve shop\n  \
        groundplan improve shop --finding missing-timeout@relations.app-store\n  \
        groundplan improve shop --severity major --max-cost 1\n\n\
        A change is kept where the finding goes and no new blocker or major finding comes. Each has two\n\
        attempts and five minutes; what is left is escalated with what was tried. Kept changes are in the\n\
        folder's history and can be undone.")]
    Improve(Improve),
}

#[derive(Args)]
pub struct Draft {
    /// The letter, as text or Markdown.
    #[arg(value_hint = ValueHint::FilePath)]
    pub letter: PathBuf,
    /// The folder to write brief.yaml to; it is made.
    #[arg(long, value_name = "FOLDER", default_value = ".", value_hint = ValueHint::DirPath)]
    pub to: PathBuf,
    #[command(flatten)]
    pub with: With,
}

#[derive(Args)]
pub struct Improve {
    /// The folder with brief.yaml and architecture.yaml.
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// A finding's key (`rule@subject`) or rule; may be given several times. All unless said.
    #[arg(long, value_name = "KEY")]
    pub finding: Vec<String>,
    /// The least severity to work on.
    #[arg(long, value_enum, default_value_t = Threshold::Minor, conflicts_with = "finding")]
    pub severity: Threshold,
    /// The longest time for one finding.
    #[arg(long, value_name = "TIME", default_value = "5 min", value_parser = duration)]
    pub per_finding: Duration,
    #[command(flatten)]
    pub with: With,
}

/// The model, and what it may take.
#[derive(Args)]
pub struct With {
    /// The model's name at its provider.
    #[arg(long, value_name = "NAME")]
    pub model: Option<String>,
    /// An address that speaks one of the two forms, such as http://localhost:11434/v1. Its key is
    /// GROUNDPLAN_API_KEY; a provider's own key goes to the provider only.
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// The form that the endpoint speaks.
    #[arg(long, value_enum, requires = "endpoint")]
    pub wire: Option<Wire>,
    /// Tokens of the whole run, in and out.
    #[arg(long, value_name = "N", default_value_t = 400_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub max_tokens: u64,
    /// Cost of the whole run; needs a model whose price is known.
    #[arg(long, value_name = "USD", value_parser = usd)]
    pub max_cost: Option<f64>,
    /// Bytes of one answer; a longer one is cut off.
    #[arg(long, value_name = "BYTES", default_value = "1 MB", value_parser = bytes)]
    pub max_answer: u64,
    /// The longest time for one answer, from its first byte to its last.
    #[arg(long, value_name = "TIME", default_value = "3 min", value_parser = duration)]
    pub timeout: Duration,
    /// How often a call that was turned away is repeated.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(..=10))]
    pub retries: u32,
    /// The wait before the first repetition where the server names none; it doubles each time.
    #[arg(long, value_name = "TIME", default_value = "1 s", value_parser = duration)]
    pub first_wait: Duration,
    /// The longest wait before a repetition; a server that asks for more is given up.
    #[arg(long, value_name = "TIME", default_value = "60 s", value_parser = duration)]
    pub longest_wait: Duration,
    /// Send without asking.
    #[arg(long)]
    pub yes: bool,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

fn duration(text: &str) -> Result<Duration, String> {
    let duration: model::quantity::Duration = text.parse()?;
    Duration::try_from_secs_f64(duration.secs()).map_err(|e| e.to_string())
}

fn bytes(text: &str) -> Result<u64, String> {
    let bytes: model::quantity::Bytes = text.parse()?;
    Ok(bytes.0 as u64)
}

fn usd(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(usd) if usd.is_finite() && usd > 0.0 => Ok(usd),
        _ => Err("write an amount in USD such as 0.50".into()),
    }
}
