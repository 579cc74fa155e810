//! Routers: which one a route is declared on, and what is hung under what.
//!
//! A router is known by the place it is made at (`@412`), by the parameter it comes in by
//! (`register#0`, `fn@88#0` for a closure), or by the field that holds it (`Api.router`). `link`
//! follows mounts from file to file and puts the prefixes together.

use super::file::File;
use super::index::Kind;
use super::scope::{Bound, Scope};
use super::select::{Site, called, first, selected};
use super::table::{GroupRow, Library};
use super::walk::{Around, Implicit, Walk, function_name};

/// The closure of a group, and the router that calls without receiver belong to in it.
pub type Grouped<'a> = (&'a Function, Implicit);
use crate::observation::{Mount, Observation, Value};
use crate::outline::{Call, Expr, Function};

impl<'a> Walk<'a> {
    /// The key of the router that an expression is; `None` where it is none of a known library.
    pub fn router_key(&self, expr: &'a Expr, scope: &Scope<'a, '_>) -> Option<String> {
        let typed = self.file.type_of(expr, scope, 0)?;
        is_routing(typed.library)
            .then(|| self.key_of(expr, scope, 0))
            .flatten()
    }

    fn key_of(&self, expr: &'a Expr, scope: &Scope<'a, '_>, depth: u8) -> Option<String> {
        if depth > 8 {
            return None;
        }
        match expr {
            Expr::Name(name, _) => self.key_of_name(name, scope, depth),
            Expr::Member(of, name, _) => match of.as_ref() {
                Expr::Name(own, _) if own == "self" => self.key_of_name(name, scope, depth),
                _ => expr.dotted(),
            },
            Expr::Call(call) => self.key_of_call(call, scope, depth),
            Expr::Either(items) => items
                .iter()
                .find_map(|item| self.key_of(item, scope, depth + 1)),
            _ => None,
        }
    }

    fn key_of_name(&self, name: &'a str, scope: &Scope<'a, '_>, depth: u8) -> Option<String> {
        for bound in scope.find(name) {
            match bound {
                Bound::To { value, .. } => {
                    // `r = r.With(..)` refers to itself: the other binding tells.
                    if let Some(key) = self.key_of(value, scope, depth + 1) {
                        return Some(key);
                    }
                }
                Bound::Parameter(_, function, index) => {
                    let owner = function
                        .owner
                        .as_deref()
                        .or_else(|| self.owner_of(function));
                    return Some(format!("{}#{index}", function_name(function, owner)));
                }
                Bound::Field(field, of) => {
                    return match &field.value {
                        Some(value) => self.key_of(value, scope, depth + 1),
                        None => Some(format!("{}.{}", of.name, field.name)),
                    };
                }
                Bound::Each(_) => {}
            }
        }
        Some(name.to_owned())
    }

    fn owner_of(&self, function: &Function) -> Option<&'a str> {
        super::file::types(self.file.outline)
            .find(|of| of.functions.iter().any(|one| std::ptr::eq(one, function)))
            .map(|of| of.name.as_str())
    }

    fn key_of_call(&self, call: &'a Call, scope: &Scope<'a, '_>, depth: u8) -> Option<String> {
        if self.group_of(call, scope).is_some() {
            return Some(format!("@{}", call.at));
        }
        if let Some(function) = self.file.function(&call.callee) {
            let inner = Scope::of_function(scope, function);
            return super::file::returned(&function.body)
                .find_map(|value| self.key_of(value, &inner, depth + 1));
        }
        // `Router::new()` makes one, although `Router` names a type of the library.
        let path = self.file.path_of(&call.callee);
        if path.is_some_and(|path| self.file.made_type(&path, false).is_some()) {
            return Some(format!("@{}", call.at));
        }
        match &call.callee {
            // A method of a router gives the router back.
            Expr::Member(receiver, ..)
                if self
                    .file
                    .type_of(receiver, scope, 0)
                    .is_some_and(|of| !of.row.module) =>
            {
                self.key_of(receiver, scope, depth + 1)
            }
            _ => Some(format!("@{}", call.at)),
        }
    }

    /// The group entry that a call triggers.
    fn group_of(
        &self,
        call: &'a Call,
        scope: &Scope<'a, '_>,
    ) -> Option<(&'static Library, &'static super::table::GroupRow, Site<'a>)> {
        self.file
            .hits(called(call))
            .of(Kind::Group, |library| &library.group)
            .find_map(|(library, row)| {
                let site = self.file.call_site(library, &row.trigger, call, scope)?;
                Some((library, row, site))
            })
    }

    /// The router of a call on a receiver, or without one.
    pub fn router_of(
        &self,
        site: &Site<'a>,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) -> Option<String> {
        // `Route::get(..)`: the receiver is the library itself, no value.
        let free = match site.receiver.map(root) {
            None => true,
            Some(Expr::Name(name, _)) => {
                scope.find(name).is_empty()
                    && self
                        .file
                        .type_of(site.receiver?, scope, 0)
                        .is_none_or(|of| of.row.module || !of.certain)
            }
            Some(_) => false,
        };
        match (&around.implicit, site.receiver) {
            (Some(implicit), _) if free => Some(implicit.key.clone()),
            (None, Some(receiver)) if free && !matches!(receiver, Expr::Name(..)) => {
                root(receiver).dotted()
            }
            (_, Some(receiver)) => self.key_of(receiver, scope, 0),
            _ => around.binding.map(str::to_owned),
        }
    }

    /// Groups and mounts of a call; a group's closure and its key.
    pub fn on_router_call(
        &mut self,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) -> Option<Grouped<'a>> {
        let hits = self.file.hits(called(call));
        for (library, row) in hits.of(Kind::Group, |library| &library.group) {
            if let Some(site) = self.site(library, &row.trigger, call, scope, around) {
                return self.group(library, row, &site, call, scope, around);
            }
        }
        if let Some(grouped) = self.resource_group(call, scope, around) {
            return Some(grouped);
        }
        self.on_mount(call, scope, around)
    }

    fn on_mount(
        &mut self,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) -> Option<Grouped<'a>> {
        let hits = self.file.hits(called(call));
        for (library, row) in hits.of(Kind::Mount, |library| &library.mount) {
            let Some(site) = self.site(library, &row.trigger, call, scope, around) else {
                continue;
            };
            let functions = match row.functions {
                true => self.functions_given(&site, &row.child, scope),
                false => Vec::new(),
            };
            let child = match functions.is_empty() {
                true => row
                    .child
                    .iter()
                    .find_map(|one| self.child(&site, one, scope)),
                false => Some(Value::Either(functions)),
            };
            let Some(child) = child else { continue };
            let parent = match row.parent.iter().find_map(|one| site.expr(one)) {
                Some(parent) => self.key_of(parent, scope, 0),
                None if row.parent.iter().any(|one| one == "made") => Some(format!("@{}", call.at)),
                None => self.router_of(&site, scope, around),
            };
            // `use(cors(), router)`: what stands in the prefix's place is none.
            let prefix = match first(&self.file, &site, &row.prefix, scope) {
                Some(Value::Symbol(one)) if one.ends_with("()") => Value::text(""),
                Some(Value::Hole) | None => Value::text(""),
                Some(prefix) => prefix,
            };
            self.see(
                call.at,
                site.certain,
                around,
                Observation::Mount(Mount {
                    parent,
                    child,
                    prefix,
                }),
            );
            return None;
        }
        self.router_given(call, scope, around);
        None
    }

    /// The first of several selectors that is there; the closure behind a path is none.
    pub fn path(
        &self,
        site: &Site<'a>,
        selectors: &[String],
        scope: &Scope<'a, '_>,
    ) -> Option<Value> {
        let closure = |one: &&String| matches!(site.expr(one), Some(Expr::Function(_)));
        let kept: Vec<String> = selectors
            .iter()
            .filter(|one| !closure(one))
            .cloned()
            .collect();
        first(&self.file, site, &kept, scope)
    }

    fn group(
        &mut self,
        library: &'static Library,
        row: &'static GroupRow,
        site: &Site<'a>,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) -> Option<Grouped<'a>> {
        let given: Vec<&'a Expr> = row
            .closure
            .iter()
            .filter_map(|one| site.expr(one))
            .collect();
        let closure = given.iter().find_map(|one| match one {
            Expr::Function(function) => Some(function.as_ref()),
            _ => None,
        });
        // `register(plugin, {prefix})`: a name instead of a closure, hung by an entry of its own.
        let hung = closure.is_none()
            && !row.closure.is_empty()
            && library.mount.iter().any(|mount| {
                self.file
                    .call_site(library, &mount.trigger, call, scope)
                    .is_some()
            });
        if hung {
            return self.on_mount(call, scope, around);
        }
        let implicit = around.implicit.as_ref();
        if let Some(name) = row.kept.iter().find_map(|one| site.expr(one)?.text()) {
            let (key, of) = (format!("kept {name}"), row.makes.as_str());
            let shallow = false;
            return closure.map(|function| {
                let implicit = Implicit {
                    key,
                    library,
                    of,
                    shallow,
                };
                (function, implicit)
            });
        }
        let key = match closure {
            Some(function) if !function.parameters.is_empty() => {
                format!("{}#0", function_name(function, None))
            }
            _ => format!("@{}", call.at),
        };
        let parent = match row.trigger.on.is_empty() {
            true => implicit
                .filter(|one| one.library.id == library.id)
                .map(|one| one.key.clone()),
            false => self.router_of(site, scope, around),
        };
        let parent = self.leveled(parent, site, &row.level);
        let prefix = self
            .path(site, &row.prefix, scope)
            .unwrap_or(Value::text(""));
        let prefix = match row.parameter {
            true => super::values::join(vec![Value::text("{"), prefix, Value::text("}")]),
            false => prefix,
        };
        // `Route::prefix("x")->group(base_path("routes/api.php"))`: a file instead of a closure.
        let file = match (closure, given.first()) {
            (None, Some(path)) => match self.file.value(path, scope, 0) {
                Value::Text(path) | Value::Symbol(path) => Some(Value::Symbol(path)),
                _ => None,
            },
            _ => None,
        };
        let mount = Mount {
            parent,
            child: file.unwrap_or_else(|| Value::text(key.clone())),
            prefix,
        };
        self.see(call.at, site.certain, around, Observation::Mount(mount));
        let of = row.makes.as_str();
        let shallow = implicit.is_some_and(|one| one.shallow)
            || row
                .shallow
                .iter()
                .any(|one| matches!(site.expr(one), Some(Expr::Bool(true))));
        let implicit = Implicit {
            key,
            library,
            of,
            shallow,
        };
        closure.map(|function| (function, implicit))
    }

    /// What is mounted: a router of this file by its key, or a symbol of another.
    fn child(&self, site: &Site<'a>, selector: &str, scope: &Scope<'a, '_>) -> Option<Value> {
        let Some(expr) = site.expr(selector) else {
            return selected(&self.file, site, selector, scope, 0);
        };
        if let Expr::Function(_) = expr {
            return None;
        }
        if let Some(field) = self.field_of_foreign(expr, scope) {
            return Some(field);
        }
        let foreign = match expr {
            Expr::Name(name, _) => scope.find(name).is_empty() && self.file.imports.knows(name),
            Expr::Member(..) => expr
                .dotted()
                .is_some_and(|dotted| self.file.imports.knows(&dotted)),
            _ => false,
        };
        if !foreign && let Some(key) = self.router_key(expr, scope) {
            return Some(Value::text(key));
        }
        match self.file.value(expr, scope, 0) {
            Value::Hole => None,
            Value::Text(path) => Some(Value::Symbol(path)),
            value => Some(value),
        }
    }

    /// Functions by name, whose annotations are routes: `routes![list, orders::show]`, `service(list)`.
    fn functions_given(
        &self,
        site: &Site<'a>,
        selectors: &[String],
        scope: &Scope<'a, '_>,
    ) -> Vec<Value> {
        let given: Vec<&'a Expr> = match selectors.first().and_then(|one| one.strip_suffix("..")) {
            Some(from) => {
                let from = from.parse::<usize>().unwrap_or_default();
                let rest = site.arguments.iter().skip(from);
                rest.map(|argument| &argument.value).collect()
            }
            None => selectors.iter().filter_map(|one| site.expr(one)).collect(),
        };
        let named = |expr: &'a Expr| {
            let dotted = expr.dotted()?;
            if self.file.type_of(expr, scope, 0).is_some() || !scope.find(&dotted).is_empty() {
                return None;
            }
            Some(match self.file.function(expr) {
                Some(function) => Value::text(format!("{}#fn", function_name(function, None))),
                None => Value::Symbol(format!("{}#fn", self.file.imports.whole(&dotted))),
            })
        };
        given.into_iter().filter_map(named).collect()
    }

    /// A function with which the program extends a router: `api.mapOrders()`, `orders()` inside a closure.
    fn router_extended(&mut self, call: &'a Call, scope: &Scope<'a, '_>, around: &Around<'a>) {
        let (library, row, parent, name) = match (&call.callee, &around.implicit) {
            (Expr::Member(receiver, name, _), _) => {
                let Some(typed) = self.file.type_of(receiver, scope, 0) else {
                    return;
                };
                let parent = self.key_of(receiver, scope, 0);
                (typed.library, Some(typed.row), parent, name)
            }
            (Expr::Name(name, _), Some(implicit)) => {
                let row = implicit
                    .library
                    .types
                    .iter()
                    .find(|row| row.id == implicit.of);
                (implicit.library, row, Some(implicit.key.clone()), name)
            }
            _ => return,
        };
        let known = library
            .route
            .iter()
            .map(|row| &row.trigger)
            .chain(library.group.iter().map(|row| &row.trigger))
            .chain(library.guard.iter().map(|row| &row.trigger))
            .chain(library.entry.iter().map(|row| &row.trigger))
            .chain(library.resilience.iter().map(|row| &row.trigger))
            .any(|trigger| trigger.call.contains(name));
        if known || !row.is_some_and(|row| row.extended) {
            return;
        }
        let mount = Mount {
            parent,
            child: Value::Symbol(format!("**.{name}#0")),
            prefix: Value::text(""),
        };
        self.see(call.at, true, around, Observation::Mount(mount));
    }

    /// `this.api.router`, where `this.api = new ApiRouter()` and the class is another file's.
    fn field_of_foreign(&self, expr: &'a Expr, scope: &Scope<'a, '_>) -> Option<Value> {
        let Expr::Member(of, field, _) = expr else {
            return None;
        };
        let holder = match of.as_ref() {
            Expr::Name(name, _) => name,
            Expr::Member(own, name, _) if matches!(own.as_ref(), Expr::Name(own, _) if own == "self") => {
                name
            }
            _ => return None,
        };
        scope.find(holder).iter().find_map(|bound| match bound {
            Bound::To {
                value: Expr::Call(call),
                ..
            } if call.constructs => {
                let class = call.callee.dotted()?;
                let known = self.file.imports.knows(&class);
                known.then(|| Value::Symbol(format!("{}.{field}", self.file.imports.whole(&class))))
            }
            _ => None,
        })
    }

    /// A router handed to a function: `register(api)`, `users.Routes(r)`.
    fn router_given(&mut self, call: &'a Call, scope: &Scope<'a, '_>, around: &Around<'a>) {
        if self.file.extended {
            self.router_extended(call, scope, around);
        }
        if !self.file.routing {
            return;
        }
        for (index, argument) in call.arguments.iter().enumerate() {
            let named = matches!(
                &argument.value,
                Expr::Name(..) | Expr::Member(..) | Expr::Call(..)
            );
            let Some(key) = named
                .then(|| self.router_key(&argument.value, scope))
                .flatten()
            else {
                continue;
            };
            let child = match self.file.function(&call.callee) {
                Some(function) => {
                    let owner = function
                        .owner
                        .as_deref()
                        .or_else(|| self.owner_of(function));
                    Value::text(format!("{}#{index}", function_name(function, owner)))
                }
                None => match (call.callee.dotted(), &call.callee) {
                    (Some(dotted), _) if self.file.imports.knows(&dotted) => {
                        Value::Symbol(format!("{}#{index}", self.file.imports.whole(&dotted)))
                    }
                    (_, Expr::Member(_, method, _)) => Value::Symbol(format!("*.{method}#{index}")),
                    (Some(name), _) => Value::Symbol(format!("{name}#{index}")),
                    // `require("./routes")(app)`.
                    (None, callee) => match self.file.value(callee, scope, 0) {
                        Value::Symbol(path) => Value::Symbol(format!("{path}#{index}")),
                        _ => continue,
                    },
                },
            };
            let mount = Mount {
                parent: Some(key),
                child,
                prefix: Value::text(""),
            };
            self.see(call.at, true, around, Observation::Mount(mount));
        }
    }
}

/// What a chain of calls starts with.
fn root(expr: &Expr) -> &Expr {
    match expr {
        Expr::Call(call) => match &call.callee {
            Expr::Member(receiver, ..) => root(receiver),
            other => other,
        },
        other => other,
    }
}

/// Whether a library has routers.
pub(super) fn is_routing(library: &Library) -> bool {
    !library.route.is_empty() || !library.group.is_empty() || !library.resource.is_empty()
}

impl File<'_> {
    /// The function that an expression names or is, to look at a handler.
    pub fn handler<'b>(&'b self, expr: &'b Expr) -> Option<&'b Function> {
        match expr {
            Expr::Function(function) => Some(function),
            Expr::Name(..) | Expr::Member(..) => self.function(expr),
            Expr::Call(call) => call
                .arguments
                .iter()
                .rev()
                .find_map(|argument| self.handler(&argument.value)),
            _ => None,
        }
    }
}
