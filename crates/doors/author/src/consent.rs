//! Before anything leaves the machine: what goes where, and whether it may.

use std::io::{BufRead, IsTerminal, Write};

use crate::providers::Chosen;
use terminal::look::{self, HEAD, paint};

/// Says what goes where, and asks. `Err` where it may not go.
pub fn ask(chosen: &Chosen, sends: &[String], yes: bool) -> Result<(), String> {
    let place = match chosen.local {
        true => " on this machine",
        false => "",
    };
    let mut text = paint(
        HEAD,
        &format!(
            "To {}{place}, model {}, goes:",
            chosen.url,
            look::foreign(&chosen.model, 80)
        ),
    );
    for line in sends {
        text.push_str(&format!("\n  - {line}"));
    }
    if let Some(from) = &chosen.key_from {
        text.push_str(&format!("\n  - the key in {from}, to be let in"));
    }
    anstream::eprintln!("{text}");
    if yes {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return Err("this is no terminal to ask in; say --yes to send it. Nothing was sent".into());
    }
    anstream::eprint!("Send it? [y/N] ");
    let _ = std::io::stderr().flush();
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|e| format!("the terminal cannot be asked: {e}"))?;
    match matches!(line.trim().to_lowercase().as_str(), "y" | "yes") {
        true => Ok(()),
        false => Err("nothing was sent".into()),
    }
}
