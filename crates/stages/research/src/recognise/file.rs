//! One file under recognition: its outline, the libraries in use, and what its values and types are.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::index::{self, Hit, Kind, Language, TypeAt};
use super::pattern;
use super::routers::is_routing;
use super::scope::Imports;
use super::table::{Library, ReadRow, TypeRow};
use crate::outline::{Expr, Function, Outline, Stmt, Type};

/// How far bindings and calls are followed; a circle ends here.
pub(super) const DEPTH: u8 = 16;

/// Steps that one question for a value or a type may take: names that refer to each other several
/// times would take exponentially many.
pub(super) const VALUE_STEPS: u32 = 2_000;
pub(super) const TYPE_STEPS: u32 = 500;

/// A name, and the entries that may look for it.
type Found<'a> = (&'a str, Rc<[Hit]>);

pub struct File<'a> {
    pub outline: &'a Outline,
    pub imports: Imports,
    /// The libraries that this file uses.
    pub libraries: Rc<[&'static Library]>,
    language: &'static Language,
    /// Which of the language's libraries those are.
    used: Vec<bool>,
    /// Entries that read a member, and whether it is one of the environment.
    pub(super) members: Vec<(&'static ReadRow, bool)>,
    /// Whether one of its libraries has routers, and one a type that programs extend.
    pub(super) routing: bool,
    pub(super) extended: bool,
    /// What names were asked for so far, and the entries that may look for them.
    hits: RefCell<BTreeMap<&'a str, Rc<[Hit]>>>,
    /// The last of them: one place of the source asks several times.
    last: RefCell<Option<Found<'a>>>,
    /// Functions by name, with the types that they belong to: free ones first.
    functions: BTreeMap<&'a str, Vec<(Option<&'a String>, &'a Function)>>,
    pub(super) value_steps: Cell<u32>,
    pub(super) type_steps: Cell<u32>,
    /// Questions that are being answered inside each other: one may ask another from its beginning.
    asking: Cell<u32>,
}

/// Entries that may look for a name, of the libraries that a file uses.
pub(super) struct Hits {
    language: &'static Language,
    found: Rc<[Hit]>,
}

impl Hits {
    /// Those of one list.
    pub fn of<R: 'static>(
        &self,
        kind: Kind,
        rows: impl Fn(&'static Library) -> &'static [R],
    ) -> impl Iterator<Item = (&'static Library, &'static R)> {
        let of_kind = self.found.iter().filter(move |hit| hit.kind == kind);
        of_kind.map(move |hit| {
            let library = self.language.libraries[usize::from(hit.library)];
            (library, &rows(library)[usize::from(hit.row)])
        })
    }

    /// Those that read the environment or configuration, and whether it is the environment.
    pub fn reads(&self) -> impl Iterator<Item = (&'static Library, &'static ReadRow, bool)> {
        self.found.iter().filter_map(|hit| {
            let library = self.language.libraries[usize::from(hit.library)];
            let row = usize::from(hit.row);
            match hit.kind {
                Kind::Env => Some((library, &library.env[row], true)),
                Kind::Config => Some((library, &library.config[row], false)),
                _ => None,
            }
        })
    }

    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }
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
        let language = index::of(language);
        let used = language.used(&imports.all);
        let libraries: Rc<[&'static Library]> = language
            .libraries
            .iter()
            .zip(&used)
            .filter(|(_, used)| **used)
            .map(|(library, _)| *library)
            .collect();
        let reads = libraries.iter().flat_map(|library| {
            let env = library.env.iter().map(|row| (row, true));
            env.chain(library.config.iter().map(|row| (row, false)))
        });
        let members = reads
            .filter(|(row, _)| !row.trigger.member.is_empty() || !row.trigger.item.is_empty())
            .collect();
        File {
            outline,
            imports,
            language,
            used,
            members,
            routing: libraries.iter().any(|one| is_routing(one)),
            extended: libraries
                .iter()
                .any(|one| one.types.iter().any(|row| row.extended)),
            libraries,
            hits: RefCell::default(),
            last: RefCell::default(),
            functions: functions(outline),
            value_steps: Cell::new(0),
            type_steps: Cell::new(0),
            asking: Cell::new(0),
        }
    }

    /// The whole path of what is called, aliases undone: `express.Router`, `requests.get`.
    pub fn path_of(&self, callee: &Expr) -> Option<String> {
        Some(self.imports.whole(&callee.dotted()?).into_owned())
    }

    // ---- entries by name

    /// Entries that may look for a called name, an annotation, a supertype or a declared type.
    pub(super) fn hits(&self, name: &'a str) -> Hits {
        let mut last = self.last.borrow_mut();
        if let Some((of, found)) = last.as_ref()
            && std::ptr::eq(*of, name)
        {
            return Hits {
                language: self.language,
                found: Rc::clone(found),
            };
        }
        let mut known = self.hits.borrow_mut();
        let found = known.entry(name).or_insert_with(|| {
            let whole = self.imports.whole(name);
            let (own, whole) = (pattern::last(name), pattern::last(&whole));
            let used = |hit: &&Hit| self.used[usize::from(hit.library)];
            let of = |name: &str| self.language.rows(name).iter().filter(used).copied();
            let mut found: Vec<Hit> = of(own).collect();
            if whole != own {
                found.extend(of(whole));
                found.sort_unstable();
                found.dedup();
            }
            found.into()
        });
        *last = Some((name, Rc::clone(found)));
        Hits {
            language: self.language,
            found: Rc::clone(found),
        }
    }

    /// Types that a path may name or make.
    pub(super) fn types_at(
        &self,
        path: &str,
    ) -> impl Iterator<Item = (&'static Library, &'static TypeRow)> {
        self.in_use(self.language.types(pattern::last(path)))
    }

    /// Types whose values usually have this name.
    pub(super) fn usual_types(
        &self,
        name: &str,
    ) -> impl Iterator<Item = (&'static Library, &'static TypeRow)> {
        self.in_use(self.language.usual(name))
    }

    fn in_use(
        &self,
        types: impl Iterator<Item = TypeAt>,
    ) -> impl Iterator<Item = (&'static Library, &'static TypeRow)> {
        types
            .filter(|(library, _, _)| self.used[*library])
            .map(|(_, library, row)| (library, row))
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
        self.functions
            .get(name.as_str())?
            .iter()
            .find(|(of, _)| owner.is_none() || *of == owner)
            .map(|(_, function)| *function)
    }
}

fn functions(outline: &Outline) -> BTreeMap<&str, Vec<(Option<&String>, &Function)>> {
    let free = outline
        .functions
        .iter()
        .chain(outline.body.iter().filter_map(inner_function));
    let in_types =
        types(outline).flat_map(|of| of.functions.iter().map(move |one| (Some(&of.name), one)));
    let mut found: BTreeMap<&str, Vec<(Option<&String>, &Function)>> = BTreeMap::new();
    for (of, function) in free
        .map(|function| (function.owner.as_ref(), function))
        .chain(in_types)
    {
        found
            .entry(&function.name)
            .or_default()
            .push((of, function));
    }
    found
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
