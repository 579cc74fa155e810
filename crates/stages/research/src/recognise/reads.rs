//! What reads the environment or configuration: calls, members, annotations.

use super::file::File;
use super::pattern;
use super::scope::{Bound, Scope};
use super::select::{Site, called, first_at};
use super::table::Trigger;
use crate::observation::Value;
use crate::outline::{Annotation, Call, Expr};

impl<'a> File<'a> {
    /// The value of a call that reads the environment or configuration, and whether it is the environment.
    pub fn read_call(
        &self,
        call: &'a Call,
        scope: &Scope<'a, '_>,
        depth: u8,
    ) -> Option<(Value, bool)> {
        for (library, row, env) in self.hits(called(call)).reads() {
            let Some(site) = self.call_site(library, &row.trigger, call, scope) else {
                continue;
            };
            if site.receiver.is_none() && !row.trigger.on.is_empty() {
                continue;
            }
            let find = |selectors: &[String]| first_at(self, &site, selectors, scope, depth);
            let Some(key) = find(&row.key) else { continue };
            if row.placeholder {
                return Some((crate::placeholder::spring(key.known()?), env));
            }
            let Some(name) = key.known() else { continue };
            let default = find(&row.default).map(Box::new);
            return Some((read_value(env, name.to_owned(), default), env));
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
        let name = name.filter(|_| !self.members.is_empty())?;
        let dotted = self.member_path(of, scope)?;
        let is = |names: &[String]| pattern::any(&dotted, names).is_some();
        let (_, env) = self
            .members
            .iter()
            .find(|(row, _)| is(&row.trigger.member) || (in_brackets && is(&row.trigger.item)))?;
        Some(read_value(*env, name.to_owned(), None))
    }

    fn member_path(&self, of: &'a Expr, scope: &Scope<'a, '_>) -> Option<String> {
        let dotted = of.dotted()?;
        // `const env = process.env`.
        if let Expr::Name(name, _) = of
            && let [Bound::To { value, .. }] = scope.find(name)
            && let Some(behind) = value.dotted()
            && behind != dotted
        {
            return Some(self.imports.whole(&behind).into_owned());
        }
        Some(self.imports.whole(&dotted).into_owned())
    }

    /// A field or parameter that is filled from configuration (`@Value`).
    pub fn read_annotation(
        &self,
        annotations: &'a [Annotation],
        scope: &Scope<'a, '_>,
        depth: u8,
    ) -> Option<Value> {
        for annotation in annotations {
            for (_, row, env) in self.hits(&annotation.name).reads() {
                if !self.annotates(annotation, &row.trigger) {
                    continue;
                }
                let site = Site::of_annotation(annotation);
                let find = |selectors: &[String]| first_at(self, &site, selectors, scope, depth);
                let Some(key) = find(&row.key) else { continue };
                if row.placeholder {
                    // Texts of annotations come with their placeholders read.
                    return Some(match key {
                        Value::Text(text) => crate::placeholder::spring(&text),
                        read => read,
                    });
                }
                let Some(key) = key.known().map(str::to_owned) else {
                    continue;
                };
                let default = find(&row.default).map(Box::new);
                return Some(read_value(env, key, default));
            }
        }
        None
    }

    /// Whether an annotation is one of a trigger's.
    pub fn annotates(&self, annotation: &Annotation, trigger: &Trigger) -> bool {
        !trigger.annotation.is_empty()
            && pattern::any(&self.imports.whole(&annotation.name), &trigger.annotation).is_some()
    }
}

/// What a read of the environment, or of configuration, gives.
fn read_value(env: bool, name: String, default: Option<Box<Value>>) -> Value {
    match env {
        true => Value::Env { name, default },
        false => Value::Config { key: name, default },
    }
}
