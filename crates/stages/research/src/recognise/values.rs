//! The text that an expression makes, as far as its file tells.

use super::file::{DEPTH, File, VALUE_STEPS, returned, spent, types};
use super::index::Kind;
use super::scope::{Bound, Scope};
use super::select::{called, selected};
use crate::observation::Value;
use crate::outline::{Call, Expr};

impl<'a> File<'a> {
    /// The text that an expression makes, as far as this file tells.
    pub fn value(&self, expr: &'a Expr, scope: &Scope<'a, '_>, depth: u8) -> Value {
        let Some(_asked) = self.ask() else {
            return Value::Hole;
        };
        if depth > DEPTH || spent(&self.value_steps, VALUE_STEPS) {
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
                let inner = Scope::of_function(scope, function);
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
                Value::Symbol(self.imports.whole(name).into_owned())
            } else {
                Value::Hole
            };
        }
        either(
            found
                .iter()
                // A name that is bound a thousand times to itself.
                .take_while(|_| self.value_steps.get() <= VALUE_STEPS)
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
            // `require("./agents").router`.
            return match (of, self.value(of, scope, depth + 1)) {
                (Expr::Call(_), Value::Symbol(path)) if path.starts_with('.') => {
                    Value::Symbol(format!("{path}.{name}"))
                }
                _ => Value::Hole,
            };
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
            Value::Symbol(self.imports.whole(&dotted).into_owned())
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
        let passes = self.hits(called(call));
        for (library, row) in passes.of(Kind::Passes, |library| &library.passes) {
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
