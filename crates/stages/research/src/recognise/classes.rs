//! What a class says by its members: settings that come from the environment, and requests that it answers.

use super::file::Hits;
use super::index::Kind;
use super::pattern;
use super::scope::{Bound, Scope};
use super::select::{Site, first};
use super::table::VerbRow;
use super::walk::{Around, Walk};
use crate::observation::{Entity, EntityField, Observation, Value};
use crate::outline::{Call, Expr, Field, Function, Type};

impl<'a> Walk<'a> {
    /// The environment variable behind a field of a settings class.
    pub fn env_field(
        &self,
        of: &'a Type,
        field: &'a Field,
        scope: &Scope<'a, '_>,
    ) -> Option<Value> {
        let filled = self.entries(|library| &library.env).any(|(_, row)| {
            !row.trigger.extends.is_empty() && self.extends(of, &row.trigger.extends)
        });
        if !filled || field.name.starts_with("model_config") {
            return None;
        }
        let default = field
            .value
            .as_ref()
            .map(|value| self.file.value(value, scope, 0));
        Some(Value::Env {
            name: field.name.to_ascii_uppercase(),
            default: default.filter(|value| *value != Value::Hole).map(Box::new),
        })
    }

    /// The methods by which a class answers: those it has, and those its parents of a library give it.
    pub fn answers(&self, of: &Type) -> Vec<String> {
        let mut answers: Vec<String> = Vec::new();
        for (_, row) in self.entries(|library| &library.verbs) {
            if !self.extends(of, &row.trigger.extends) {
                continue;
            }
            let own = of.functions.iter().map(|function| &function.name);
            for name in own
                .filter(|name| row.own.contains(name))
                .chain(&row.methods)
            {
                if !answers.contains(name) {
                    answers.push(name.clone());
                }
            }
            answers.extend(self.only_methods(of, row));
        }
        if !answers.is_empty() {
            for function in &of.functions {
                answers.extend(self.actions(function));
            }
        }
        answers
    }

    /// `http_method_names = ["get", "post"]`: each as `=get`.
    fn only_methods(&self, of: &Type, row: &VerbRow) -> Vec<String> {
        let named = |field: &&Field| row.only.as_ref() == Some(&field.name);
        let listed = of
            .fields
            .iter()
            .find(named)
            .and_then(|field| field.value.as_ref());
        match listed {
            Some(Expr::List(items, _)) => items
                .iter()
                .filter_map(|item| Some(format!("={}", item.text()?)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// A function that answers requests below its class's path: its name, and a line for each method.
    fn actions(&self, function: &Function) -> Vec<String> {
        for (_, row) in self.entries(|library| &library.verbs) {
            let Some(annotation) = function.annotations.iter().find(|one| {
                !row.requests.is_empty() && self.annotated(&row.trigger, one, "function")
            }) else {
                continue;
            };
            let site = Site::of_annotation(annotation);
            let given = |selectors: &[String]| selectors.iter().find_map(|one| site.expr(one));
            let methods = match given(&row.requests) {
                Some(Expr::List(items, _)) => items.iter().filter_map(Expr::text).collect(),
                Some(one) => one.text().into_iter().collect(),
                None => vec!["get"],
            };
            let path = given(&row.path)
                .and_then(Expr::text)
                .unwrap_or(&function.name);
            let below = match given(&row.detail) {
                Some(Expr::Bool(true)) => row.below.as_str(),
                _ => "",
            };
            let line = |method: &str| {
                format!(
                    "{} {below}{path} {}",
                    method.to_ascii_uppercase(),
                    function.name
                )
            };
            let lines = methods.into_iter().map(line);
            return std::iter::once(function.name.clone())
                .chain(lines)
                .collect();
        }
        Vec::new()
    }

    fn extends(&self, of: &Type, names: &[String]) -> bool {
        of.supers
            .iter()
            .any(|parent| pattern::any(&self.file.imports.whole(&parent.name), names).is_some())
    }

    /// `settings = Settings()`: the fields of the class under the name of the instance.
    pub fn instance_exports(
        &self,
        name: &str,
        value: &'a Expr,
        outer: &Scope<'a, '_>,
    ) -> Vec<(String, Value)> {
        let Expr::Call(call) = value else {
            return Vec::new();
        };
        let of = match &call.callee {
            Expr::Name(callee, _) if call.constructs => {
                super::file::types(self.file.outline).find(|of| of.name == *callee)
            }
            _ => None,
        };
        let Some(of) = of else {
            return Vec::new();
        };
        let scope = Scope::of_type(outer, of);
        let fields = of.fields.iter().filter_map(|field| {
            let value = self.env_field(of, field, &scope);
            let value =
                value.or_else(|| Some(self.file.value(field.value.as_ref()?, &scope, 0)))?;
            Some((format!("{name}.{}", field.name), value))
        });
        fields.collect()
    }
}

/// Entities that a call declares, and functions that say by which methods they answer.
impl<'a> Walk<'a> {
    /// `sequelize.define("order", {..})`, `mongoose.model("Order", new Schema({..}))`.
    pub(super) fn on_entity_call(
        &mut self,
        call: &'a Call,
        hits: &Hits,
        scope: &Scope<'a, '_>,
        around: &Around<'a>,
    ) {
        for (library, row) in hits.of(Kind::Entity, |library| &library.entity) {
            let Some(site) = self.file.call_site(library, &row.trigger, call, scope) else {
                continue;
            };
            let text = |selectors: &[String]| {
                let value = first(&self.file, &site, selectors, scope)?;
                value.known().map(str::to_owned)
            };
            let Some(name) = text(&row.name) else {
                continue;
            };
            let given = row
                .fields
                .iter()
                .find_map(|one| self.object(site.expr(one)?, scope));
            let fields = given.into_iter().flatten().map(|(name, value)| {
                let refers = match value {
                    Expr::Map(inner, _) => inner.iter().find(|(key, _)| key == "ref"),
                    _ => None,
                };
                EntityField {
                    name: name.clone(),
                    of: kind_of(value),
                    refers: refers
                        .and_then(|(_, value)| value.text())
                        .map(str::to_owned),
                    many: matches!(value, Expr::List(..)),
                    optional: false,
                    line: self.file.outline.line(value.at().unwrap_or(call.at)),
                }
            });
            let entity = Entity {
                name,
                table: text(&row.table),
                fields: fields.collect(),
                library: library.id.clone(),
            };
            self.see(call.at, site.certain, around, Observation::Entity(entity));
        }
    }

    /// The entries of an object that stands here, is bound to this name, or is given to a constructor.
    fn object(&self, value: &'a Expr, scope: &Scope<'a, '_>) -> Option<&'a [(String, Expr)]> {
        match value {
            Expr::Map(entries, _) => Some(entries),
            Expr::Call(call) => self.object(&call.arguments.first()?.value, &Scope::default()),
            Expr::Name(name, _) => scope.find(name).iter().find_map(|bound| match bound {
                Bound::To { value, .. } if !matches!(value, Expr::Name(..)) => {
                    self.object(value, &Scope::default())
                }
                _ => None,
            }),
            _ => None,
        }
    }

    /// `@api_view(["GET", "POST"])` on a function that a route names.
    pub fn function_answers(&self, function: &'a Function, scope: &Scope<'a, '_>) -> Vec<String> {
        let mut answers = Vec::new();
        for (_, row) in self.entries(|library| &library.verbs) {
            for annotation in &function.annotations {
                if !self.annotated(&row.trigger, annotation, "function") {
                    continue;
                }
                let site = Site::of_annotation(annotation);
                let given = first(&self.file, &site, &["0".to_owned()], scope);
                let given = match given {
                    Some(Value::Either(many)) => many,
                    Some(one) => vec![one],
                    None => Vec::new(),
                };
                answers.extend(
                    given
                        .iter()
                        .filter_map(Value::known)
                        .map(str::to_ascii_lowercase),
                );
            }
        }
        answers
    }
}

/// The type of a field as a schema's object says it: `String`, `{type: String}`.
fn kind_of(value: &Expr) -> String {
    let inner = match value {
        Expr::Map(entries, _) => entries
            .iter()
            .find(|(key, _)| key == "type")
            .map(|(_, of)| of),
        Expr::List(items, _) => return items.first().map(kind_of).unwrap_or_default(),
        value => Some(value),
    };
    let dotted = inner.and_then(|of| match of {
        Expr::Call(call) => call.callee.dotted(),
        of => of.dotted(),
    });
    dotted.unwrap_or_default()
}
