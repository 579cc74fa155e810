//! Python.
//!
//! What is special to the language, beside the table of [`crate::outline`]:
//!
//! | construct | outline |
//! |---|---|
//! | `import a.b` | imports of `a.b` and of `a`, each with itself as alias |
//! | `from ..a import b` | import of `b` from `..a`: dots are kept |
//! | `x = e` in a class | a field; other statements are the class's body |
//! | `f"{x}"`, `"%s" % x`, `"{}".format(x)` | a template |
//! | `[f(x) for x in xs]` | a loop before the statement, and a list of unknown items |
//! | `with e as x` | `x` bound to `e`, then the block's statements |
//! | `T(a)` where `T` begins with a capital | a construction |
//! | `cls` | `self` |
//! | `__name__ == "__main__"` | a call of `__main__` |
//! | `Annotated[T, Depends(f)]` of a parameter | type `T`, annotation `Depends` |

use ruff_python_ast::PySourceType;
use ruff_text_size::Ranged;

use super::{Front, Reads, SourceText, deep, ends_in};
use crate::outline::{Outline, Stmt, line_starts};
use lower::Lowering;

mod declarations;
mod expressions;
mod lower;
mod statements;
mod texts;
mod types;

pub const FRONT: Front = Front {
    id: "python",
    takes: |path| ends_in(path, &[".py"]),
    reads: Reads::Code(outline),
};

pub fn outline(source: SourceText) -> Outline {
    let mut outline = Outline {
        line_starts: line_starts(source.text),
        ..Outline::default()
    };
    // The parser sees to its own stack; freeing a tree that leans far to one side needs stack too.
    let leaning = source.text.len() / 32;
    let read = || read(source.text);
    let Some((statements, lowering)) = deep::with_room_for(source.text, leaning, read) else {
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

fn read(text: &str) -> (Vec<Stmt>, Lowering) {
    let parsed = ruff_python_parser::parse_unchecked_source(text, PySourceType::Python);
    let mut lowering = Lowering::default();
    for fault in parsed.errors() {
        let fault = (fault.location.start().to_u32(), fault.error.to_string());
        lowering.faults.push(fault);
    }
    let mut statements = Vec::new();
    statements::all(&mut lowering, parsed.suite(), &mut statements);
    statements::constants(&mut statements, &lowering.globals);
    (statements, lowering)
}

/// Offset of a node.
fn place(node: &impl Ranged) -> u32 {
    node.start().to_u32()
}
