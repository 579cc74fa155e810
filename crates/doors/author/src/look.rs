//! Colours and widths of the terminal at hand.

use std::io::IsTerminal;

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

/// How findings are drawn here.
pub fn findings() -> Look {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok());
    Look {
        colour: anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never,
        width: 100,
        unicode: locale.is_some_and(|l| l.to_ascii_lowercase().contains("utf")),
    }
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

/// What a model or server said, on one line, fit for a terminal: no control characters, and cut.
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

pub fn count(n: usize, noun: &str) -> String {
    match n {
        1 => format!("1 {noun}"),
        _ => format!("{n} {noun}s"),
    }
}

/// Prints to standard output. A reader that has gone away (`| head`) is no error.
pub fn print(text: &str) -> Result<(), String> {
    use std::io::Write;
    let mut out = anstream::stdout().lock();
    match writeln!(out, "{text}") {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(format!("standard output cannot be written: {e}"))
        }
        _ => Ok(()),
    }
}

/// Says on a terminal what is being waited for, until the value is dropped. In a pipe it is silent.
pub struct Working(indicatif::ProgressBar);

pub fn working(what: String) -> Working {
    let bar = match std::io::stderr().is_terminal() {
        true => indicatif::ProgressBar::new_spinner(),
        false => indicatif::ProgressBar::hidden(),
    };
    bar.set_message(what);
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    Working(bar)
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
