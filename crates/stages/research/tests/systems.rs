//! Go, Rust and C#: damage and depth that must be survived.

use groundplan_research::fronts::{self, SourceText};

#[path = "common/mutate.rs"]
mod mutate;

#[test]
fn damage_is_survived() {
    for (path, text) in [
        ("x.go", include_str!("cases/systems/go.txt")),
        ("x.rs", include_str!("cases/systems/rust.txt")),
        ("X.cs", include_str!("cases/systems/csharp.txt")),
    ] {
        for piece in text.split("\n== ").skip(1) {
            for wrong in mutate::of(piece, 10) {
                fronts::read(SourceText { path, text: &wrong });
            }
        }
    }
}

#[test]
fn nesting_does_not_overflow() {
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(20_000), close.repeat(20_000));
    for (path, text) in [
        ("x.go", format!("package p\nvar x = {}", deep("f(", ")"))),
        ("x.go", format!("package p\nfunc f() {}", deep("{", "}"))),
        ("x.rs", format!("fn f() {{ {} }}", deep("m!(", ")"))),
        ("x.rs", format!("fn f() {{ {} }}", deep("|x| {", "}"))),
        (
            "X.cs",
            format!("class A {{ object x = {}; }}", deep("F(", ")")),
        ),
        ("X.cs", deep("class A {", "}")),
    ] {
        let facts = fronts::read(SourceText { path, text: &text }).unwrap();
        assert!(!facts.faults.is_empty(), "{path}");
    }
}
