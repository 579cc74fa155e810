//! TypeScript and JavaScript: modules, scripts, JSX (which is skipped) and the script blocks of Vue.
//!
//! What is special to the language, beside the table of [`crate::outline`]:
//!
//! | construct | outline |
//! |---|---|
//! | `import d from "m"`, `import * as d from "m"`, `const d = require("m")`, `import d = require("m")` | import of `m` as a whole, alias `d` |
//! | `import {a as b} from "m"`, `const {a: b} = require("m")` | import of `a`, alias `b` |
//! | `require("m")` or `import("m")` inside an expression | the name `m`, and an import of `m` as a whole with alias `m`; a call of `require` where `m` is a path |
//! | `export * from "m"` | import of `*` |
//! | `export default e`, `module.exports = e`, `export = e` | a binding, function or type named `default` |
//! | `exports.a = e`, `module.exports = {a: e}` | a binding or function named `a` |
//! | `const f = () => {}` | a function named `f` |
//! | `(async () => {..})()` | its statements, as a block |
//! | `require.main === module` | a call of `__main__` |
//! | `const {A = "x"} = process.env` | `A` bound to either `process.env.A` or `"x"` |
//!
//! What stands before a module's path is dropped: `node:` of built-in modules, `@/` and `~/` of build tools.

use oxc_allocator::Allocator;
use oxc_parser::{ParseOptions, Parser};
use oxc_span::SourceType;

use super::{Front, Reads, SourceText, deep, ends_in};
use crate::outline::{At, Outline, Stmt, line_starts};
use lower::Lowering;

mod classes;
mod exports;
mod expressions;
mod functions;
mod imports;
mod lower;
mod patterns;
mod recover;
mod statements;
mod types;

pub const FRONT: Front = Front {
    id: "typescript",
    takes,
    reads: Reads::Code(outline),
};

const ENDINGS: &[&str] = &[
    ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue",
];

/// Declaration files describe what other files hold.
const DECLARATIONS: &[&str] = &[".d.ts", ".d.mts", ".d.cts"];

fn takes(path: &str) -> bool {
    ends_in(path, ENDINGS) && !ends_in(path, DECLARATIONS)
}

pub fn outline(source: SourceText) -> Outline {
    let vue = ends_in(source.path, &[".vue"]);
    let scripts = vue.then(|| recover::scripts_alone(source.text));
    let text = scripts.as_deref().unwrap_or(source.text);
    let mut outline = Outline {
        line_starts: line_starts(source.text),
        ..Outline::default()
    };
    let read = deep::with_room_for(text, 0, || read(source.path, text));
    let Some((statements, lowering)) = read else {
        outline.faults.push((0, "nested too deeply".to_string()));
        return outline;
    };
    outline.imports = lowering.imports;
    outline.faults = lowering.faults;
    for statement in statements {
        match statement {
            Stmt::Function(function) => outline.functions.push(function),
            Stmt::Type(of) => outline.types.push(of),
            statement => outline.body.push(statement),
        }
    }
    outline
}

fn read(path: &str, text: &str) -> (Vec<Stmt>, Lowering) {
    let mut lowering = Lowering::default();
    let mut statements = Vec::new();
    let kinds = source_types(path);
    if kinds
        .iter()
        .any(|kind| lower(text, *kind, 0, &mut lowering, &mut statements).is_ok())
    {
        return (statements, lowering);
    }
    // The parser gives nothing for a file with a fault that it cannot get over: part by part, then.
    for (start, part) in recover::parts(text) {
        let faults: Vec<_> = kinds
            .iter()
            .map_while(|kind| lower(part, *kind, start, &mut lowering, &mut statements).err())
            .collect();
        if faults.len() == kinds.len() {
            lowering.faults.extend(faults.into_iter().next());
        }
    }
    (statements, lowering)
}

/// Dialects to try, likeliest first. Some projects write types into `.js` files.
fn source_types(path: &str) -> &'static [SourceType] {
    const TS: SourceType = SourceType::ts();
    const TSX: SourceType = SourceType::tsx();
    const JS: SourceType = SourceType::unambiguous().with_jsx(true);
    const SCRIPT: SourceType = SourceType::script();
    if ends_in(path, &[".ts", ".mts", ".cts"]) {
        &[TS, TSX]
    } else if ends_in(path, &[".tsx", ".vue"]) {
        &[TSX, TS]
    } else {
        &[JS, SCRIPT, TS]
    }
}

/// Lowers a text, or says the fault that the parser could not get over.
fn lower(
    text: &str,
    kind: SourceType,
    start: At,
    lowering: &mut Lowering,
    statements: &mut Vec<Stmt>,
) -> Result<(), (At, String)> {
    let allocator = Allocator::default();
    let options = ParseOptions {
        allow_return_outside_function: true,
        preserve_parens: false,
        enable_ident_hashes: false,
        ..ParseOptions::default()
    };
    let parsed = Parser::new(&allocator, text, kind)
        .with_options(options)
        .parse();
    let faults = parsed.diagnostics.errors().map(|fault| {
        let at = fault.labels.first().map_or(0, |label| label.offset());
        (start + at as At, fault.message.to_string())
    });
    if parsed.panicked {
        let faults: Vec<_> = faults.collect();
        let worst = faults.into_iter().next_back();
        return Err(worst.unwrap_or((start, "not understood".to_string())));
    }
    lowering.faults.extend(faults);
    lowering.base = start;
    statements::all(lowering, &parsed.program.body, statements);
    Ok(())
}
