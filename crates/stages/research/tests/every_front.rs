//! Every front reads a small text of its own, survives damage to it and nesting without end, and says
//! nothing of lines that are not there. The same entry points and seeds are fuzzed in `fuzz/`.

#[path = "common/mutate.rs"]
mod mutate;
#[path = "common/seeds.rs"]
mod seeds;

use groundplan_research::fronts::{self, ALL, Front, Reads, SourceText};
use groundplan_research::leave_out;
use groundplan_research::observation::FileFacts;
use mutate::{Numbers, mutated};
use seeds::SEEDS;

/// Damaged texts of each seed.
const ROUNDS: usize = 150;

/// The stack of the threads that read a tree.
const STACK: usize = 256 * 1024 * 1024;

/// As a tree is read: code that nests too deeply is left out before its front sees it.
fn read(front: &Front, path: &str, text: &str) -> Option<FileFacts> {
    if matches!(front.reads, Reads::Code(_)) && leave_out::too_deep(text) {
        return None;
    }
    Some(fronts::read_by(front, SourceText { path, text }))
}

fn front(id: &str) -> &'static Front {
    ALL.iter()
        .find(|front| front.id == id)
        .unwrap_or_else(|| panic!("{id} is no front"))
}

fn lines_are_there(id: &str, facts: &FileFacts, text: &str) {
    let lines = text.lines().count() as u32 + 1;
    for seen in &facts.seen {
        assert!(seen.line <= lines, "{id}: line {} of {text:?}", seen.line);
    }
    for (line, reason) in &facts.faults {
        assert!(*line <= lines, "{id}: {reason} in line {line} of {text:?}");
    }
}

#[test]
fn every_front_has_a_seed_that_it_reads() {
    let mut wrong = Vec::new();
    for one in ALL {
        let seed = SEEDS.iter().find(|(id, _, _)| *id == one.id);
        let Some((id, path, text)) = seed else {
            panic!("{}: add a text of it to tests/common/seeds.rs", one.id);
        };
        let taken = fronts::front_of(SourceText { path, text }).map(|front| front.id);
        if taken != Some(*id) {
            wrong.push(format!("{path} is read by {taken:?}"));
        }
        let facts = read(one, path, text).expect("it nests a little only");
        for fault in &facts.faults {
            wrong.push(format!("{id}: {fault:?}"));
        }
        lines_are_there(id, &facts, text);
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(SEEDS.len(), ALL.len(), "one seed a front");
}

#[test]
fn damage_is_survived() {
    for (index, (id, path, text)) in SEEDS.iter().enumerate() {
        let front = front(id);
        let mut numbers = Numbers::new(0x5EED_0000 + index as u64);
        for _ in 0..ROUNDS {
            let mut damaged = mutated(text, &mut numbers);
            // Now and then the text of another format stands in it.
            if numbers.below(8) == 0 {
                let (_, _, other) = SEEDS[numbers.below(SEEDS.len())];
                let mut at = numbers.below(damaged.len() + 1);
                while !damaged.is_char_boundary(at) {
                    at -= 1;
                }
                damaged.insert_str(at, other);
            }
            if let Some(facts) = read(front, path, &damaged) {
                lines_are_there(id, &facts, &damaged);
            }
        }
    }
}

/// What may stand before itself without end.
const OPENINGS: &[&str] = &[
    "(",
    "[",
    "{",
    "<",
    "<a>",
    "<a b='",
    "{{",
    "{{if a}}",
    "${",
    "#{",
    "\"",
    "'",
    "`",
    "/*",
    "--[[",
    "!",
    "-",
    "a.",
    "a(",
    "a[",
    "a{",
    "a:\n ",
    "- ",
    "? ",
    "&a *a ",
    "if a ",
    "if (a) ",
    "not ",
    "a = ",
    "a => ",
    "a ? b : ",
    "fn a() {",
    "def a():\n",
    "class A {",
    "new A(",
    "SELECT (",
    "CASE WHEN ",
    "BEGIN ",
    "(SELECT ",
    "$a$",
    "message A {",
    "resource \"a\" \"b\" {",
    "server {",
    "<a/>",
    "{\"a\":",
    "[{\"a\":[",
    "lambda a: ",
    "do |a| ",
    "if a then ",
    "a<",
    "&",
    "*",
    "@a(",
];

#[test]
fn nesting_without_end_is_survived() {
    let run = || {
        for (id, path, text) in SEEDS {
            let front = front(id);
            // Deeper than fronts follow; how deep code may nest at most is checked before they see it.
            let times = match front.reads {
                Reads::Code(_) => 150,
                Reads::Format(_) | Reads::Content { .. } => 2_000,
            };
            let stairs: String = (0..120)
                .map(|step| format!("{}a:\n", " ".repeat(step)))
                .collect();
            let repeated = OPENINGS.iter().map(|opening| opening.repeat(times));
            for deep in repeated.chain([stairs]) {
                let behind = match front.reads {
                    Reads::Code(_) => deep,
                    Reads::Format(_) | Reads::Content { .. } => format!("{text}{deep}"),
                };
                read(front, path, &behind);
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run);
    thread
        .expect("a thread")
        .join()
        .expect("no front panics on nesting");
}
