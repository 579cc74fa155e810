//! One file under recognition: its outline, the libraries in use, and what its values and types are.

use std::cell::Cell;

use super::scope::Imports;
use super::table::{Library, TypeRow};
use crate::outline::{Expr, Function, Outline, Stmt, Type};

/// How far bindings and calls are followed; a circle ends here.
pub(super) const DEPTH: u8 = 16;

/// Steps that one question for a value or a type may take: names that refer to each other several
/// times would take exponentially many.
pub(super) const VALUE_STEPS: u32 = 2_000;
pub(super) const TYPE_STEPS: u32 = 500;

pub struct File<'a> {
    pub outline: &'a Outline,
    pub imports: Imports,
    /// The libraries that this file uses.
    pub libraries: Vec<&'static Library>,
    pub(super) value_steps: Cell<u32>,
    pub(super) type_steps: Cell<u32>,
    /// Questions that are being answered inside each other: one may ask another from its beginning.
    asking: Cell<u32>,
}

/// What a value is: a type of a library.
#[derive(Debug, Clone, Copy)]
pub struct Typed {
    pub library: &'static Library,
    pub row: &'static TypeRow,
    /// False where only its usual name says so.
    pub certain: bool,
}

/// How many questions may stand inside each other before the stack would end.
const ASKING: u32 = 48;

/// One question more, as long as it is held.
pub(super) struct Asked<'f>(&'f Cell<u32>);

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

/// Counts a step of the outermost question.
pub(super) fn spent(steps: &Cell<u32>, most: u32) -> bool {
    steps.set(steps.get() + 1);
    steps.get() > most
}

impl<'a> File<'a> {
    /// Begins a question; nothing where too many are open.
    pub(super) fn ask(&self) -> Option<Asked<'_>> {
        let open = self.asking.get();
        if open == 0 {
            self.value_steps.set(0);
            self.type_steps.set(0);
        }
        (open < ASKING).then(|| {
            self.asking.set(open + 1);
            Asked(&self.asking)
        })
    }

    pub fn new(outline: &'a Outline, language: &str) -> Self {
        let imports = Imports::of(outline);
        let libraries = super::libraries::of(language)
            .filter(|library| {
                library.bare || library.imports.is_empty() || imports.any_of(&library.imports)
            })
            .collect();
        File {
            outline,
            imports,
            libraries,
            value_steps: Cell::new(0),
            type_steps: Cell::new(0),
            asking: Cell::new(0),
        }
    }

    /// The whole path of what is called, aliases undone: `express.Router`, `requests.get`.
    pub fn path_of(&self, callee: &Expr) -> Option<String> {
        Some(self.imports.whole(&callee.dotted()?))
    }

    // ---- functions of the file

    /// The function of this file that a callee names: `orders_url`, `self.base`, `Urls.orders`.
    pub fn function(&self, callee: &Expr) -> Option<&'a Function> {
        let (owner, name) = match callee {
            Expr::Name(name, _) => (None, name),
            Expr::Member(of, name, _) => match of.as_ref() {
                Expr::Name(owner, _) if owner == "self" => (None, name),
                Expr::Name(owner, _) => (Some(owner), name),
                _ => return None,
            },
            _ => return None,
        };
        let free = self
            .outline
            .functions
            .iter()
            .chain(self.outline.body.iter().filter_map(inner_function));
        let in_types = types(self.outline)
            .flat_map(|of| of.functions.iter().map(move |f| (Some(&of.name), f)));
        free.map(|function| (function.owner.as_ref(), function))
            .chain(in_types)
            .find(|(of, function)| function.name == *name && (owner.is_none() || *of == owner))
            .map(|(_, function)| function)
    }
}

/// All types of a file, outer before inner.
pub fn types(outline: &Outline) -> impl Iterator<Item = &Type> {
    fn inner<'a>(of: &'a Type, found: &mut Vec<&'a Type>) {
        found.push(of);
        for one in &of.types {
            inner(one, found);
        }
    }
    let mut found = Vec::new();
    for of in &outline.types {
        inner(of, &mut found);
    }
    found.into_iter()
}

/// What a function returns, in order.
pub fn returned(body: &[Stmt]) -> impl Iterator<Item = &Expr> {
    fn inner<'a>(body: &'a [Stmt], found: &mut Vec<&'a Expr>) {
        for statement in body {
            match statement {
                Stmt::Return(value) => found.push(value),
                Stmt::Block(body) | Stmt::Loop { body, .. } => inner(body, found),
                _ => {}
            }
        }
    }
    let mut found = Vec::new();
    inner(body, &mut found);
    found.into_iter()
}

fn inner_function(statement: &Stmt) -> Option<&Function> {
    match statement {
        Stmt::Function(function) => Some(function),
        Stmt::Bind {
            value: Expr::Function(function),
            ..
        } => Some(function),
        _ => None,
    }
}
