//! What an expression is: a type of a library.

use super::file::{DEPTH, File, TYPE_STEPS, Typed, returned, spent};
use super::pattern;
use super::scope::{Bound, Scope};
use super::table::Library;
use crate::outline::{Call, Expr, TypeRef};

impl<'a> File<'a> {
    /// The library type of an expression.
    pub fn type_of(&self, expr: &'a Expr, scope: &Scope<'a, '_>, depth: u8) -> Option<Typed> {
        let _asked = self.ask()?;
        if depth > DEPTH || spent(&self.type_steps, TYPE_STEPS) {
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
            if self.type_steps.get() > TYPE_STEPS {
                break;
            }
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
                let inner = Scope::of_function(scope, function);
                returned(&function.body).find_map(|value| self.type_of(value, &inner, depth + 1))
            })
    }

    /// The type whose constructor or factory has this path.
    pub(super) fn made_type(&self, path: &str, only_module: bool) -> Option<Typed> {
        self.types_at(path).find_map(|(library, row)| {
            let made = !only_module && pattern::any(path, &row.made_by).is_some();
            // A constructor has its type's name; what only looks like one may be any function.
            let named = !only_module
                && (row.named.iter().filter(|name| !name.contains('*')))
                    .any(|name| pattern::matches(path, name).is_some());
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
        self.types_at(path).find_map(|(library, row)| {
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
        self.types_at(&whole)
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
        self.usual_types(name).next().map(|(library, row)| Typed {
            library,
            row,
            certain: false,
        })
    }

    /// Whether a value of this type is one of `on` of a library's entry.
    pub fn is_on(typed: &Typed, library: &Library, on: &[String]) -> bool {
        on.iter().any(|on| match on.split_once('/') {
            Some((other, row)) => typed.library.id == other && typed.row.id == row,
            None => typed.library.id == library.id && typed.row.id == *on,
        })
    }
}
