//! One file under recognition: its outline, the libraries in use, and what its values and types are.

use std::cell::Cell;

use super::pattern;
use super::scope::{Bound, Imports, Scope};
use super::select::{Site, selected};
use super::table::{Library, Trigger, TypeRow};
use crate::observation::Value;
use crate::outline::{Annotation, Call, Expr, Function, Outline, Stmt, Type, TypeRef};

/// How far bindings and calls are followed; a circle ends here.
const DEPTH: u8 = 16;

/// Steps that one question for a value or a type may take: names that refer to each other several
/// times would take exponentially many.
const VALUE_STEPS: u32 = 2_000;
const TYPE_STEPS: u32 = 500;

pub struct File<'a> {
    pub outline: &'a Outline,
    pub imports: Imports,
    /// The libraries that this file uses.
    pub libraries: Vec<&'static Library>,
    value_steps: Cell<u32>,
    type_steps: Cell<u32>,
}

/// What a value is: a type of a library.
#[derive(Debug, Clone, Copy)]
pub struct Typed {
    pub library: &'static Library,
    pub row: &'static TypeRow,
    /// False where only its usual name says so.
    pub certain: bool,
}

/// Counts a step; a question begins at the top.
fn spent(steps: &Cell<u32>, depth: u8, most: u32) -> bool {
    let taken = if depth <= 1 { 0 } else { steps.get() + 1 };
    steps.set(taken);
    taken > most
}

impl<'a> File<'a> {
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
        }
    }

    /// The whole path of what is called, aliases undone: `express.Router`, `requests.get`.
    pub fn path_of(&self, callee: &Expr) -> Option<String> {
        Some(self.imports.whole(&callee.dotted()?))
    }

    // ---- types

    /// The library type of an expression.
    pub fn type_of(&self, expr: &'a Expr, scope: &Scope<'a, '_>, depth: u8) -> Option<Typed> {
        if depth > DEPTH || spent(&self.type_steps, depth, TYPE_STEPS) {
            return None;
        }
        match expr {
            Expr::Name(name, _) => self.type_of_name(name, scope, depth),
            Expr::Member(of, name, _) => {
                if matches!(of.as_ref(), Expr::Name(own, _) if own == "self") {
                    return self.type_of_name(name, scope, depth);
                }
                let dotted = expr.dotted();
                dotted
                    .as_deref()
                    .and_then(|dotted| self.made_type(&self.imports.whole(dotted), true))
                    .or_else(|| self.usual_type(name))
            }
            Expr::Call(call) => self.type_of_call(call, scope, depth),
            Expr::Either(items) => items
                .iter()
                .find_map(|item| self.type_of(item, scope, depth + 1)),
            _ => None,
        }
    }

    fn type_of_name(&self, name: &str, scope: &Scope<'a, '_>, depth: u8) -> Option<Typed> {
        for bound in scope.find(name) {
            let found = match bound {
                Bound::To { value, of } => of
                    .and_then(|of| self.named_type(of))
                    .or_else(|| self.type_of(value, scope, depth + 1)),
                Bound::Parameter(parameter, _, _) => {
                    parameter.of.as_ref().and_then(|of| self.named_type(of))
                }
                Bound::Field(field, _) => field
                    .of
                    .as_ref()
                    .and_then(|of| self.named_type(of))
                    .or_else(|| self.type_of(field.value.as_ref()?, scope, depth + 1)),
                Bound::Each(_) => None,
            };
            if found.is_some() {
                return found;
            }
        }
        if self.imports.knows(name) {
            let whole = self.imports.whole(name);
            return self.module_type(&whole).or_else(|| self.usual_type(name));
        }
        self.module_type(name).or_else(|| self.usual_type(name))
    }

    /// The library type of a dotted name.
    pub fn type_of_dotted(&self, dotted: &str, scope: &Scope<'a, '_>) -> Option<Typed> {
        let name = dotted.strip_prefix("self.").unwrap_or(dotted);
        if !name.contains('.') {
            return self.type_of_name(name, scope, 0);
        }
        let whole = self.imports.whole(name);
        self.made_type(&whole, true)
            .or_else(|| self.usual_type(pattern::last(name)))
    }

    fn type_of_call(&self, call: &'a Call, scope: &Scope<'a, '_>, depth: u8) -> Option<Typed> {
        if let Some(path) = self.path_of(&call.callee)
            && let Some(found) = self.made_type(&path, false)
        {
            return Some(found);
        }
        if let Expr::Member(receiver, method, _) = &call.callee
            && let Some(of) = self.type_of(receiver, scope, depth + 1)
        {
            let step = format!("{}.{method}", of.row.id);
            if let Some(row) = of.library.types.iter().find(|row| row.from.contains(&step)) {
                return Some(Typed { row, ..of });
            }
            let makes = of.library.group.iter().find(|group| {
                group.trigger.call.contains(method) && group.trigger.on.contains(&of.row.id)
            });
            if let Some(row) =
                makes.and_then(|group| of.library.types.iter().find(|row| row.id == group.makes))
            {
                return Some(Typed { row, ..of });
            }
            return of.row.fluent.then_some(of);
        }
        // A function of this file tells by what it returns.
        let function = self.function(&call.callee)?;
        function
            .returns
            .as_ref()
            .and_then(|of| self.named_type(of))
            .or_else(|| {
                let inner = Scope::of_function(scope, function, String::new());
                returned(&function.body).find_map(|value| self.type_of(value, &inner, depth + 1))
            })
    }

    /// The type whose constructor or factory has this path.
    pub(super) fn made_type(&self, path: &str, only_module: bool) -> Option<Typed> {
        self.rows().find_map(|(library, row)| {
            let made = !only_module && pattern::any(path, &row.made_by).is_some();
            let named = !only_module && pattern::any(path, &row.named).is_some();
            let module = row.module
                && library
                    .imports
                    .iter()
                    .any(|import| pattern::dotted(import) == path);
            (made || named || module).then_some(Typed {
                library,
                row,
                certain: true,
            })
        })
    }

    fn module_type(&self, path: &str) -> Option<Typed> {
        self.rows().find_map(|(library, row)| {
            let is = row.module
                && (library
                    .imports
                    .iter()
                    .any(|import| pattern::dotted(import) == path)
                    || pattern::any(path, &row.named).is_some());
            is.then_some(Typed {
                library,
                row,
                certain: true,
            })
        })
    }

    /// The type that a declaration names. `Arc<T>`, `Option<T>`, `Provider<T>` are looked into.
    pub fn named_type(&self, of: &TypeRef) -> Option<Typed> {
        let whole = self.imports.whole(&of.name);
        self.rows()
            .find_map(|(library, row)| {
                pattern::any(&whole, &row.named).map(|_| Typed {
                    library,
                    row,
                    certain: true,
                })
            })
            .or_else(|| {
                of.arguments
                    .iter()
                    .find_map(|argument| self.named_type(argument))
            })
    }

    fn usual_type(&self, name: &str) -> Option<Typed> {
        self.rows().find_map(|(library, row)| {
            let usual = row
                .usual
                .iter()
                .any(|usual| usual.eq_ignore_ascii_case(name));
            usual.then_some(Typed {
                library,
                row,
                certain: false,
            })
        })
    }

    fn rows(&self) -> impl Iterator<Item = (&'static Library, &'static TypeRow)> {
        self.libraries
            .iter()
            .flat_map(|library| library.types.iter().map(|row| (*library, row)))
    }

    /// Whether a value of this type is one of `on` of a library's entry.
    pub fn is_on(typed: &Typed, library: &Library, on: &[String]) -> bool {
        on.iter().any(|on| match on.split_once('/') {
            Some((other, row)) => typed.library.id == other && typed.row.id == row,
            None => typed.library.id == library.id && typed.row.id == *on,
        })
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

    // ---- values

    /// The text that an expression makes, as far as this file tells.
    pub fn value(&self, expr: &'a Expr, scope: &Scope<'a, '_>, depth: u8) -> Value {
        if depth > DEPTH || spent(&self.value_steps, depth, VALUE_STEPS) {
            return Value::Hole;
        }
        let next = depth + 1;
        match expr {
            Expr::Text(text, _) => Value::Text(text.clone()),
            Expr::Number(number, _) => Value::Text(number.to_string()),
            Expr::Template(pieces, _) => join(
                pieces
                    .iter()
                    .map(|piece| self.value(piece, scope, next))
                    .collect(),
            ),
            Expr::Either(items) => either(
                items
                    .iter()
                    .map(|item| self.value(item, scope, next))
                    .collect(),
            ),
            Expr::Name(name, _) => self.value_of_name(name, scope, next),
            Expr::Member(of, name, _) => self.value_of_member(expr, of, name, scope, next),
            Expr::Item(of, key, _) => {
                if let Some(value) = self.read_member(of, key.text(), true, scope) {
                    return value;
                }
                match key.text() {
                    Some(key) => self.field_of(of, key, scope, next),
                    None => Value::Hole,
                }
            }
            Expr::Call(call) => self.value_of_call(call, scope, next),
            Expr::Function(function) => {
                let inner = Scope::of_function(scope, function, String::new());
                match returned(&function.body).next() {
                    Some(value) => self.value(value, &inner, next),
                    None => Value::Hole,
                }
            }
            _ => Value::Hole,
        }
    }

    fn value_of_name(&self, name: &str, scope: &Scope<'a, '_>, depth: u8) -> Value {
        let found = scope.find(name);
        if found.is_empty() {
            return if self.imports.knows(name) || name.starts_with(char::is_uppercase) {
                Value::Symbol(self.imports.whole(name))
            } else {
                Value::Hole
            };
        }
        either(
            found
                .iter()
                .map(|bound| self.value_of_bound(*bound, scope, depth))
                .collect(),
        )
    }

    fn value_of_bound(&self, bound: Bound<'a>, scope: &Scope<'a, '_>, depth: u8) -> Value {
        match bound {
            Bound::To { value, .. } => self.value(value, scope, depth + 1),
            Bound::Parameter(parameter, _, _) => self
                .read_annotation(&parameter.annotations, scope, depth)
                .or_else(|| Some(self.value(parameter.default.as_ref()?, scope, depth + 1)))
                .unwrap_or(Value::Hole),
            Bound::Field(field, _) => self
                .read_annotation(&field.annotations, scope, depth)
                .or_else(|| Some(self.value(field.value.as_ref()?, scope, depth + 1)))
                .unwrap_or(Value::Hole),
            Bound::Each(Some(Expr::List(items, _))) => either(
                items
                    .iter()
                    .map(|item| self.value(item, scope, depth + 1))
                    .collect(),
            ),
            Bound::Each(_) => Value::Hole,
        }
    }

    fn value_of_member(
        &self,
        expr: &'a Expr,
        of: &'a Expr,
        name: &'a str,
        scope: &Scope<'a, '_>,
        depth: u8,
    ) -> Value {
        if matches!(of, Expr::Name(own, _) if own == "self") {
            return self.value_of_name(name, scope, depth);
        }
        if let Some(value) = self.read_member(of, Some(name), false, scope) {
            return value;
        }
        match self.field_of(of, name, scope, depth) {
            Value::Hole => {}
            known => return known,
        }
        // A constant of a type of this file, or something of another file.
        let Some(dotted) = expr.dotted() else {
            return Value::Hole;
        };
        let (owner, _) = dotted.rsplit_once('.').unwrap_or(("", &dotted));
        if let Some(of) = types(self.outline).find(|of| of.name == owner)
            && let Some(field) = of.fields.iter().find(|field| field.name == name)
        {
            return match &field.value {
                Some(value) => self.value(value, scope, depth + 1),
                None => Value::Hole,
            };
        }
        // A field of what a function or class of another file gives: `settings = get_settings()`.
        if let Expr::Name(holder, _) = of
            && let [
                Bound::To {
                    value: Expr::Call(call),
                    ..
                },
            ] = scope.find(holder)
            && let Some(callee) = call.callee.dotted()
            && self.imports.knows(&callee)
        {
            let result = if call.constructs { "" } else { "()" };
            return Value::Symbol(format!("{}{result}.{name}", self.imports.whole(&callee)));
        }
        let first = dotted.split('.').next().unwrap_or(&dotted);
        let foreign = self.imports.knows(first)
            || (scope.find(first).is_empty() && first.starts_with(char::is_uppercase));
        if foreign {
            Value::Symbol(self.imports.whole(&dotted))
        } else {
            Value::Hole
        }
    }

    /// The field of an object that is bound to a map or made with named arguments.
    pub(super) fn field_of(
        &self,
        of: &'a Expr,
        key: &str,
        scope: &Scope<'a, '_>,
        depth: u8,
    ) -> Value {
        if depth > DEPTH {
            return Value::Hole;
        }
        match of {
            Expr::Map(entries, _) => entries
                .iter()
                .find(|(name, _)| name == key)
                .map_or(Value::Hole, |(_, value)| {
                    self.value(value, scope, depth + 1)
                }),
            Expr::Call(call) => call
                .arguments
                .iter()
                .find(|argument| argument.name.as_deref() == Some(key))
                .map_or(Value::Hole, |argument| {
                    self.value(&argument.value, scope, depth + 1)
                }),
            Expr::Name(name, _) => self.field_of_name(name, key, scope, depth),
            Expr::Member(inner, name, _) => match inner.as_ref() {
                Expr::Name(own, _) if own == "self" => self.field_of_name(name, key, scope, depth),
                Expr::Name(outer, _) => match scope.find(outer).first() {
                    Some(Bound::To {
                        value: Expr::Map(entries, _),
                        ..
                    }) => entries
                        .iter()
                        .find(|(entry, _)| entry == name)
                        .map_or(Value::Hole, |(_, inner)| {
                            self.field_of(inner, key, scope, depth + 1)
                        }),
                    _ => Value::Hole,
                },
                _ => Value::Hole,
            },
            _ => Value::Hole,
        }
    }

    fn field_of_name(&self, name: &str, key: &str, scope: &Scope<'a, '_>, depth: u8) -> Value {
        let value = match scope.find(name).first() {
            Some(Bound::To { value, .. }) => Some(*value),
            Some(Bound::Field(field, _)) => field.value.as_ref(),
            _ => None,
        };
        value.map_or(Value::Hole, |value| {
            self.field_of(value, key, scope, depth + 1)
        })
    }

    fn value_of_call(&self, call: &'a Call, scope: &Scope<'a, '_>, depth: u8) -> Value {
        if let Some((value, _)) = self.read_call(call, scope, depth) {
            return value;
        }
        for library in &self.libraries {
            for row in &library.passes {
                let Some(site) = self.call_site(library, &row.trigger, call, scope) else {
                    continue;
                };
                let first = join(
                    row.joins
                        .iter()
                        .filter_map(|one| selected(self, &site, one, scope, depth))
                        .collect(),
                );
                let other = row
                    .or
                    .iter()
                    .filter_map(|one| selected(self, &site, one, scope, depth));
                return either(std::iter::once(first).chain(other).collect());
            }
        }
        if let Expr::Name(name, _) = &call.callee
            && matches!(name.as_str(), "require" | "import")
            && let Some(path) = call
                .arguments
                .first()
                .and_then(|argument| argument.value.text())
        {
            return Value::Symbol(path.to_owned());
        }
        if let Some(function) = self.function(&call.callee) {
            let inner = Scope::of_called(scope, function, call);
            let results: Vec<Value> = returned(&function.body)
                .map(|value| self.value(value, &inner, depth + 1))
                .collect();
            return if results.is_empty() {
                Value::Hole
            } else {
                either(results)
            };
        }
        match call.callee.dotted() {
            Some(dotted)
                if !call.constructs
                    && (self.imports.knows(&dotted) || dotted.starts_with(char::is_uppercase)) =>
            {
                Value::Symbol(format!("{}()", self.imports.whole(&dotted)))
            }
            _ => Value::Hole,
        }
    }

    // ---- environment and configuration

    /// The value of a call that reads the environment or configuration, and whether it is the environment.
    pub fn read_call(
        &self,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        depth: u8,
    ) -> Option<(Value, bool)> {
        for library in &self.libraries {
            for (rows, env) in [(&library.env, true), (&library.config, false)] {
                for row in rows.iter().filter(|row| !row.trigger.call.is_empty()) {
                    let Some(site) = self.call_site(library, &row.trigger, call, scope) else {
                        continue;
                    };
                    if site.receiver.is_none() && !row.trigger.on.is_empty() {
                        continue;
                    }
                    let find = |selectors: &[String]| {
                        selectors
                            .iter()
                            .find_map(|one| selected(self, &site, one, scope, depth))
                    };
                    let Some(key) = find(&row.key) else { continue };
                    if row.placeholder {
                        return Some((super::placeholder::value_of(key.known()?), env));
                    }
                    let Some(name) = key.known() else { continue };
                    let default = find(&row.default).map(Box::new);
                    let name = name.to_owned();
                    let value = if env {
                        Value::Env { name, default }
                    } else {
                        Value::Config { key: name, default }
                    };
                    return Some((value, env));
                }
            }
        }
        None
    }

    /// `process.env.X`, `settings.X`.
    pub fn read_member(
        &self,
        of: &'a Expr,
        name: Option<&str>,
        in_brackets: bool,
        scope: &Scope<'a, '_>,
    ) -> Option<Value> {
        let name = name?;
        let dotted = self.member_path(of, scope)?;
        for library in &self.libraries {
            for (rows, env) in [(&library.env, true), (&library.config, false)] {
                for row in rows {
                    let is = |names: &[String]| pattern::any(&dotted, names).is_some();
                    if is(&row.trigger.member) || (in_brackets && is(&row.trigger.item)) {
                        let name = name.to_owned();
                        return Some(if env {
                            Value::Env {
                                name,
                                default: None,
                            }
                        } else {
                            Value::Config {
                                key: name,
                                default: None,
                            }
                        });
                    }
                }
            }
        }
        None
    }

    fn member_path(&self, of: &'a Expr, scope: &Scope<'a, '_>) -> Option<String> {
        let dotted = of.dotted()?;
        // `const env = process.env`.
        if let Expr::Name(name, _) = of
            && let [Bound::To { value, .. }] = scope.find(name)
            && let Some(behind) = value.dotted()
            && behind != dotted
        {
            return Some(self.imports.whole(&behind));
        }
        Some(self.imports.whole(&dotted))
    }

    /// A field or parameter that is filled from configuration (`@Value`).
    pub fn read_annotation(
        &self,
        annotations: &'a [Annotation],
        scope: &Scope<'a, '_>,
        depth: u8,
    ) -> Option<Value> {
        for annotation in annotations {
            for library in &self.libraries {
                for (rows, env) in [(&library.env, true), (&library.config, false)] {
                    for row in rows.iter().filter(|row| !row.trigger.annotation.is_empty()) {
                        if !self.annotates(annotation, &row.trigger) {
                            continue;
                        }
                        let site = Site::of_annotation(annotation);
                        let find = |selectors: &[String]| {
                            selectors
                                .iter()
                                .find_map(|one| selected(self, &site, one, scope, depth))
                        };
                        let key = find(&row.key)?;
                        let key = key.known()?;
                        let default = find(&row.default).map(Box::new);
                        return Some(match (row.placeholder, env) {
                            (true, _) => super::placeholder::value_of(key),
                            (false, true) => Value::Env {
                                name: key.to_owned(),
                                default,
                            },
                            (false, false) => Value::Config {
                                key: key.to_owned(),
                                default,
                            },
                        });
                    }
                }
            }
        }
        None
    }

    /// Whether an annotation is one of a trigger's.
    pub fn annotates(&self, annotation: &Annotation, trigger: &Trigger) -> bool {
        let whole = self.imports.whole(&annotation.name);
        pattern::any(&whole, &trigger.annotation).is_some()
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

/// Pieces as one value; neighbouring texts become one.
pub fn join(pieces: Vec<Value>) -> Value {
    let mut joined: Vec<Value> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (_, Value::Concat(inner)) => match join(joined.drain(..).chain(inner).collect()) {
                Value::Concat(all) => joined = all,
                one => joined.push(one),
            },
            (Some(Value::Text(last)), Value::Text(text)) => last.push_str(&text),
            (_, piece) => joined.push(piece),
        }
    }
    match joined.len() {
        0 => Value::Text(String::new()),
        1 => joined.remove(0),
        _ => Value::Concat(joined),
    }
}

/// One of several: holes are left out, an environment variable takes the next as its default.
pub fn either(items: Vec<Value>) -> Value {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        let inner = match item {
            Value::Either(inner) => inner,
            Value::Hole => continue,
            one => vec![one],
        };
        for one in inner {
            if !kept.contains(&one) {
                kept.push(one);
            }
        }
    }
    match kept.len() {
        0 => Value::Hole,
        1 => kept.remove(0),
        _ => match kept.remove(0) {
            Value::Env {
                name,
                default: None,
            } => Value::Env {
                name,
                default: Some(Box::new(either(kept))),
            },
            Value::Config { key, default: None } => Value::Config {
                key,
                default: Some(Box::new(either(kept))),
            },
            first => {
                kept.insert(0, first);
                Value::Either(kept)
            }
        },
    }
}
