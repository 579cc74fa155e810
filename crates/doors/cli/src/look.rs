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

fn colours() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// How findings are drawn here.
pub fn findings() -> Look {
    let unicode = std::env::var("LC_ALL")
        .or_else(|_| std::env::var("LC_CTYPE"))
        .or_else(|_| std::env::var("LANG"))
        .is_ok_and(|l| l.to_ascii_lowercase().contains("utf"));
    Look {
        colour: colours(),
        width: width(),
        unicode,
    }
}

/// Columns of the terminal; 100 in a pipe.
pub fn width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    columns
        .filter(|_| std::io::stdout().is_terminal())
        .unwrap_or(100)
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

/// Says on a terminal what is being worked on, until the value is dropped. In a pipe it is silent.
pub struct Working(indicatif::ProgressBar);

pub fn working(what: &'static str) -> Working {
    let bar = indicatif::ProgressBar::new_spinner().with_message(what);
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    Working(bar)
}

impl Drop for Working {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
