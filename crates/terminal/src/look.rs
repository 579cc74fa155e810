//! Colours and widths of the terminal at hand.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};

use anstyle::{AnsiColor, Style};
use syntax::diagnostics::Look;

use crate::arguments::Colour;

/// Sets the choice for everything that is printed through `anstream`.
pub fn choose(colour: Colour) {
    let choice = match colour {
        Colour::Auto => return,
        Colour::Always => anstream::ColorChoice::Always,
        Colour::Never => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

fn colours() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Whether the terminal's locale can show more than ASCII.
pub fn unicode() -> bool {
    std::env::var("LC_ALL")
        .or_else(|_| std::env::var("LC_CTYPE"))
        .or_else(|_| std::env::var("LANG"))
        .is_ok_and(|l| l.to_ascii_lowercase().contains("utf"))
}

/// How findings are drawn here.
pub fn findings() -> Look {
    Look {
        colour: colours(),
        width: width(),
        unicode: unicode(),
    }
}

/// Columns of the terminal; 100 in a pipe.
pub fn width() -> usize {
    columns().unwrap_or(100)
}

/// Columns that a table may take: in a pipe as many as it needs.
pub fn room() -> usize {
    columns().unwrap_or(usize::MAX / 2)
}

fn columns() -> Option<usize> {
    if !std::io::stdout().is_terminal() {
        return None;
    }
    let said = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let asked = || terminal_size::terminal_size().map(|(w, _)| usize::from(w.0));
    said.or_else(asked).map(|c: usize| c.clamp(20, 400))
}

pub const HEAD: Style = Style::new().bold();
pub const GOOD: Style = AnsiColor::Green.on_default();
pub const BAD: Style = AnsiColor::Red.on_default().bold();
pub const DIM: Style = Style::new().dimmed();

/// `text` in a style; `anstream` strips it where colours are not wanted.
pub fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

pub fn error(message: &str) {
    anstream::eprintln!("{} {message}", paint(BAD, "error:"));
}

pub fn note(message: &str) {
    anstream::eprintln!("{} {message}", paint(DIM, "note:"));
}

/// What somebody else's program said, on one line, fit for a terminal: no control characters, and cut.
pub fn foreign(text: &str, most: usize) -> String {
    let folded: Vec<&str> = text.split_whitespace().collect();
    let folded = folded.join(" ");
    let mut shown: String = folded.chars().take(most).collect();
    if folded.chars().count() > most {
        shown.push_str("...");
    }
    syntax::diagnostics::escape(&shown).into_owned()
}

/// A whole number with its thousands apart.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 finding`, `3 findings`.
pub fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}

/// Prints to standard output. A reader that has gone away (`| head`) is no error.
pub fn print(text: &str) -> Result<(), String> {
    let mut out = anstream::stdout().lock();
    match writeln!(out, "{text}") {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {e}"))
        }
        _ => Ok(()),
    }
}

/// Says on a terminal what is being worked on, until the value is dropped. In a pipe it is silent.
pub struct Working(indicatif::ProgressBar);

pub fn working(what: impl Into<Cow<'static, str>>) -> Working {
    let bar = indicatif::ProgressBar::new_spinner().with_message(what);
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    Working(bar)
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A line of progress that appears on a terminal once something takes over a second.
pub struct Progress {
    bar: indicatif::ProgressBar,
    since: std::time::Instant,
    shown: bool,
}

pub fn progress() -> Progress {
    Progress {
        bar: indicatif::ProgressBar::hidden(),
        since: std::time::Instant::now(),
        shown: false,
    }
}

impl Progress {
    /// Says how far it is.
    pub fn tell(&mut self, text: String) {
        if !self.shown {
            if self.since.elapsed() < std::time::Duration::from_secs(1) {
                return;
            }
            self.bar = indicatif::ProgressBar::new_spinner();
            self.bar
                .enable_steady_tick(std::time::Duration::from_millis(200));
            self.shown = true;
        }
        self.bar.set_message(text);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
