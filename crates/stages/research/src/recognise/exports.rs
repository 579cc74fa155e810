//! What a file gives to others: constants, fields, what functions return, routers.

use super::file::types;
use super::pattern;
use super::scope::Scope;
use super::walk::{Walk, function_name};
use crate::observation::Value;
use crate::outline::{Expr, Function, Stmt};

impl<'a> Walk<'a> {
    /// Names of this file that others may use.
    pub(super) fn exports(&mut self, scope: &Scope<'a, '_>) {
        let mut exports = Vec::new();
        for statement in &self.file.outline.body {
            if let Stmt::Bind { name, value, .. } = statement {
                let name = if name == "module.exports" {
                    "default"
                } else {
                    name.as_str()
                };
                exports.push((name.to_owned(), self.exported(value, scope)));
                exports.extend(self.instance_exports(name, value, scope));
                let prefix = if name == "default" { "" } else { name };
                self.entries_of(value, prefix, scope, &mut exports);
            }
        }
        for of in types(self.file.outline) {
            let inner = Scope::of_type(scope, of);
            for field in of
                .fields
                .iter()
                .filter(|field| field.shared || field.constant)
            {
                let read = self.file.read_annotation(&field.annotations, &inner, 0);
                let read = read.or_else(|| self.env_field(of, field, &inner));
                let value = read.or_else(|| Some(self.exported(field.value.as_ref()?, &inner)));
                if let Some(value) = value.filter(|value| *value != Value::Hole) {
                    exports.push((format!("{}.{}", of.name, field.name), value));
                }
            }
            for function in &of.functions {
                let value = self.returned(function, &inner);
                if value != Value::Hole {
                    exports.push((format!("{}.{}()", of.name, function.name), value));
                }
            }
        }
        for function in &self.file.outline.functions {
            let owner = function.owner.as_deref();
            let value = match (self.returned(function, scope), &function.returns) {
                // `def settings() -> Settings`: the fields of the class are those of the result.
                (Value::Hole, Some(of))
                    if function.parameters.is_empty()
                        && of.name != "None"
                        && pattern::last(&of.name).starts_with(char::is_uppercase) =>
                {
                    Value::Symbol(self.file.imports.whole(&of.name).into_owned())
                }
                (value, _) => value,
            };
            if value != Value::Hole {
                exports.push((format!("{}()", function_name(function, owner)), value));
            }
        }
        exports.retain(|(_, value)| *value != Value::Hole);
        self.facts.exports = exports;
    }

    /// The fields of an object and of the objects in it: `mongo.url`.
    fn entries_of(
        &self,
        value: &'a Expr,
        prefix: &str,
        scope: &Scope<'a, '_>,
        exports: &mut Vec<(String, Value)>,
    ) {
        let Expr::Map(entries, _) = value else { return };
        if prefix.split('.').count() > 6 {
            return;
        }
        for (key, value) in entries {
            let whole = match prefix {
                "" => key.clone(),
                prefix => format!("{prefix}.{key}"),
            };
            exports.push((whole.clone(), self.exported(value, scope)));
            self.entries_of(value, &whole, scope, exports);
        }
    }

    fn returned(&self, function: &'a Function, outer: &Scope<'a, '_>) -> Value {
        let mut given = super::file::returned(&function.body).peekable();
        if given.peek().is_none() {
            return Value::Hole;
        }
        let scope = Scope::of_function(outer, function);
        let values = given.map(|value| self.exported(value, &scope));
        super::values::either(values.collect())
    }

    /// A router's key, a function's key, or the text.
    fn exported(&self, value: &'a Expr, scope: &Scope<'a, '_>) -> Value {
        if let Expr::Function(function) = value {
            return Value::Symbol(function_name(function, None));
        }
        if let Expr::Name(name, _) = value
            && scope.find(name).is_empty()
            && let Some(function) = self.file.function(value)
        {
            return Value::Symbol(function_name(function, None));
        }
        match self.router_key(value, scope) {
            Some(key) => Value::Symbol(key),
            None => self.file.value(value, scope, 0),
        }
    }
}
