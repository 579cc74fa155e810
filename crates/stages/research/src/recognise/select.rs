//! Selectors: which part of a call or annotation is meant.

use super::file::File;
use super::pattern;
use super::scope::{Bound, Scope};
use super::table::{Library, Trigger};
use super::values::join;
use crate::observation::Value;
use crate::outline::{Annotation, Argument, Call, Expr, Function, Stmt, TypeRef};

/// Where an entry of a table was triggered.
#[derive(Debug, Clone, Default)]
pub struct Site<'a> {
    pub arguments: &'a [Argument],
    pub types: &'a [TypeRef],
    pub receiver: Option<&'a Expr>,
    /// The called name, or the annotation's last segment.
    pub name: &'a str,
    /// What a `*` of the pattern stood for.
    pub caught: String,
    /// The enclosing type.
    pub class: String,
    /// The receiver's type is known, not guessed from its name.
    pub certain: bool,
    /// Calls later in the same chain, the nearest first.
    pub after: Vec<&'a Call>,
    /// Other annotations of the same declaration: `@Path.0` beside `@GET`.
    pub beside: &'a [Annotation],
    /// It is an annotation, whose texts may hold `${placeholders}`.
    pub annotation: bool,
}

impl<'a> Site<'a> {
    pub fn of_annotation(annotation: &'a Annotation) -> Self {
        Site {
            arguments: &annotation.arguments,
            name: pattern::last(&annotation.name),
            certain: true,
            annotation: true,
            ..Site::default()
        }
    }

    pub fn of_call(call: &'a Call) -> Self {
        let (receiver, name) = match &call.callee {
            Expr::Member(receiver, name, _) => (Some(receiver.as_ref()), name.as_str()),
            Expr::Name(name, _) => (None, name.as_str()),
            _ => (None, ""),
        };
        Site {
            arguments: &call.arguments,
            types: &call.types,
            receiver,
            name,
            certain: true,
            ..Site::default()
        }
    }

    /// The argument at a position or of a name; negative positions count from the end.
    pub fn argument(&self, key: &str) -> Option<&'a Expr> {
        argument(self.arguments, key)
    }

    /// The expression that a selector means, where it is one.
    pub fn expr(&self, selector: &str) -> Option<&'a Expr> {
        if let Some(other) = selector.strip_prefix('@') {
            let (name, key) = other.split_once('.')?;
            let of = |one: &&Annotation| pattern::last(&one.name) == name;
            return argument(&self.beside.iter().find(of)?.arguments, key);
        }
        let (first, rest) = match selector.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (selector, None),
        };
        let start = match first {
            "it" => self.receiver?,
            "set" => {
                let key = rest?;
                return closures(self.arguments).find_map(|one| set_in(&one.body, key));
            }
            "inner" => {
                let (name, key) = rest?.split_once('.')?;
                let call = closures(self.arguments).find_map(|one| call_in(&one.body, name))?;
                return argument(&call.arguments, key);
            }
            "made" => {
                let key = rest?;
                return calls_of_chain(self.receiver?)
                    .last()
                    .and_then(|call| argument(&call.arguments, key));
            }
            "chain" => {
                let (name, key) = rest?.split_once('.')?;
                return calls_of_chain(self.receiver?)
                    .find(|call| called(call) == name)
                    .and_then(|call| argument(&call.arguments, key));
            }
            "after" => {
                let (name, key) = rest?.split_once('.')?;
                let call = self.after.iter().find(|call| called(call) == name)?;
                return argument(&call.arguments, key);
            }
            _ => self.argument(first)?,
        };
        match rest {
            None => Some(start),
            Some(rest) => inside(start, rest),
        }
    }
}

/// Whether an expression is, or holds as an item, a text or name like a pattern (`*` for any letters).
fn says_like(expr: &Expr, pattern: &str) -> bool {
    match expr {
        Expr::Text(text, _) => like(text, pattern),
        Expr::Name(name, _) | Expr::Member(_, name, _) => like(name, pattern),
        Expr::Bool(value) => like(&value.to_string(), pattern),
        Expr::List(items, _) | Expr::Either(items) => {
            items.iter().any(|item| says_like(item, pattern))
        }
        _ => false,
    }
}

fn like(text: &str, pattern: &str) -> bool {
    let (inner, before) = match pattern.strip_prefix('*') {
        Some(inner) => (inner, true),
        None => (pattern, false),
    };
    match (before, inner.strip_suffix('*')) {
        (true, Some(middle)) => text.contains(middle),
        (true, None) => text.ends_with(inner),
        (false, Some(start)) => text.starts_with(start),
        (false, None) => text == inner,
    }
}

/// The calls of a chain, the last one first: `a.b(1).c(2)` gives `c(2)`, `b(1)`.
pub fn calls_of_chain(expr: &Expr) -> impl Iterator<Item = &Call> {
    let mut at = Some(expr);
    std::iter::from_fn(move || {
        let Some(Expr::Call(call)) = at else {
            return None;
        };
        at = match &call.callee {
            Expr::Member(receiver, ..) => Some(receiver),
            _ => None,
        };
        Some(call.as_ref())
    })
}

/// The name that a call calls.
pub fn called(call: &Call) -> &str {
    match &call.callee {
        Expr::Member(_, name, _) | Expr::Name(name, _) => name,
        _ => "",
    }
}

fn argument<'a>(arguments: &'a [Argument], key: &str) -> Option<&'a Expr> {
    let positional = || arguments.iter().filter(|argument| argument.name.is_none());
    match key.parse::<i32>() {
        Ok(index) if index >= 0 => positional().nth(index as usize),
        Ok(index) => positional().nth_back((-index - 1) as usize),
        Err(_) => arguments
            .iter()
            .find(|argument| argument.name.as_deref() == Some(key)),
    }
    .map(|argument| &argument.value)
}

/// The closures among arguments.
fn closures(arguments: &[Argument]) -> impl Iterator<Item = &Function> {
    arguments
        .iter()
        .filter_map(|argument| match &argument.value {
            Expr::Function(function) => Some(function.as_ref()),
            _ => None,
        })
}

/// What statements bind to `x.key`, whatever `x`.
fn set_in<'a>(body: &'a [Stmt], key: &str) -> Option<&'a Expr> {
    body.iter().find_map(|statement| match statement {
        Stmt::Bind { name, value, .. } => {
            let set = name.rsplit_once('.').is_some_and(|(_, last)| last == key);
            set.then_some(value)
        }
        Stmt::Block(inner) => set_in(inner, key),
        _ => None,
    })
}

/// The first call of a method in statements and in the closures given to their calls.
fn call_in<'a>(body: &'a [Stmt], name: &str) -> Option<&'a Call> {
    body.iter().find_map(|statement| match statement {
        Stmt::Bind { value, .. } | Stmt::Expr(value) | Stmt::Return(value) => {
            let named = calls_of_chain(value).find(|call| called(call) == name);
            named.or_else(|| {
                calls_of_chain(value)
                    .flat_map(|call| closures(&call.arguments))
                    .find_map(|inner| call_in(&inner.body, name))
            })
        }
        Stmt::Block(inner) => call_in(inner, name),
        _ => None,
    })
}

/// A part of an expression: a field of an object, an argument of a call, an item of a list.
fn inside<'a>(expr: &'a Expr, path: &str) -> Option<&'a Expr> {
    let (first, rest) = match path.split_once('.') {
        Some((first, rest)) => (first, Some(rest)),
        None => (path, None),
    };
    // A key with dots of its own: `{"bootstrap.servers": ..}`.
    if let Expr::Map(entries, _) = expr
        && let Some((_, value)) = entries.iter().find(|(name, _)| name == path)
    {
        return Some(value);
    }
    let part = match expr {
        Expr::Map(entries, _) => entries
            .iter()
            .find(|(name, _)| name == first)
            .map(|(_, value)| value),
        Expr::Call(call) => argument(&call.arguments, first),
        Expr::Member(of, ..) if first == "of" => Some(of.as_ref()),
        Expr::List(items, _) => items.get(first.parse::<usize>().ok()?),
        Expr::Either(items) => items.iter().find_map(|item| inside(item, first)),
        _ => None,
    }?;
    match rest {
        None => Some(part),
        Some(rest) => inside(part, rest),
    }
}

/// The value that a selector means; `None` where it is not there.
pub fn selected<'a>(
    file: &File<'a>,
    site: &Site<'a>,
    selector: &str,
    scope: &Scope<'a, '_>,
    depth: u8,
) -> Option<Value> {
    if let Some(literal) = selector.strip_prefix('=') {
        return match literal.split_once('+') {
            Some((before, rest)) => {
                let rest = selected(file, site, rest, scope, depth)?;
                Some(join(vec![Value::text(before), rest]))
            }
            None => Some(Value::text(literal)),
        };
    }
    if let Some((left, right)) = selector.split_once('+') {
        let right = selected(file, site, right, scope, depth);
        let left = selected(file, site, left, scope, depth)?;
        return Some(match right {
            Some(right) => join(vec![left, Value::text(":"), right]),
            None => left,
        });
    }
    match selector {
        // An attribute of that name comes first: `@FeignClient(name = "stock")`.
        "name" if site.argument("name").is_none() => return Some(Value::text(site.name)),
        "class" => return Some(Value::text(site.class.clone())),
        _ if selector.contains('*') => {
            return (!site.caught.is_empty())
                .then(|| Value::text(selector.replace('*', &site.caught)));
        }
        _ => {}
    }
    if let Some(inner) = selector.strip_suffix(".name")
        && let Some(dotted) = site.expr(inner).and_then(Expr::dotted)
    {
        return Some(Value::text(pattern::last(&dotted)));
    }
    // The call that made a receiver which has a name by now.
    if let Some(key) = selector.strip_prefix("made.")
        && let Some(name) = site.receiver.and_then(Expr::dotted)
    {
        let made = scope.find(&name).iter().find_map(|bound| match bound {
            Bound::To {
                value: Expr::Call(call),
                ..
            } => argument(&call.arguments, key),
            _ => None,
        })?;
        return Some(file.value(made, scope, depth + 1));
    }
    if let Some(from) = selector.strip_suffix("..") {
        let given = site.arguments.iter().skip(from.parse::<usize>().ok()?);
        let values: Vec<Value> = given
            .map(|one| file.value(&one.value, scope, depth + 1))
            .collect();
        return (!values.is_empty()).then(|| super::values::either(values));
    }
    if let Some(index) = selector.strip_prefix("types.") {
        let of = site.types.get(index.parse::<usize>().ok()?)?;
        return Some(Value::text(of.name.clone()));
    }
    if let Some(expr) = site.expr(selector) {
        let value = |one: &'a Expr| match file.value(one, scope, depth + 1) {
            Value::Text(text) if site.annotation && text.contains("${") => {
                crate::placeholder::spring(&text)
            }
            value => value,
        };
        return Some(match expr {
            Expr::List(items, _) => super::values::either(items.iter().map(value).collect()),
            one => value(one),
        });
    }
    // The object given there is bound elsewhere: `axios.create(options)`, `0.baseURL`.
    let (holder, key) = selector.rsplit_once('.')?;
    match file.field(site.expr(holder)?, key, scope) {
        Value::Hole => None,
        value => Some(value),
    }
}

/// The first of several selectors that is there.
pub fn first<'a>(
    file: &File<'a>,
    site: &Site<'a>,
    selectors: &[String],
    scope: &Scope<'a, '_>,
) -> Option<Value> {
    first_at(file, site, selectors, scope, 0)
}

/// The same inside a question that is already so deep.
pub fn first_at<'a>(
    file: &File<'a>,
    site: &Site<'a>,
    selectors: &[String],
    scope: &Scope<'a, '_>,
    depth: u8,
) -> Option<Value> {
    let mut selectors = selectors.iter();
    selectors.find_map(|one| selected(file, site, one, scope, depth))
}

impl<'a> File<'a> {
    /// Whether a call triggers an entry, and what its selectors mean there.
    pub fn call_site(
        &self,
        library: &Library,
        trigger: &Trigger,
        call: &'a Call,
        scope: &Scope<'a, '_>,
    ) -> Option<Site<'a>> {
        if trigger.call.is_empty() {
            return None;
        }
        let mut site = Site::of_call(call);
        if trigger.on.is_empty() {
            // A method keeps its name whatever its receiver's alias: most calls are told apart here.
            let may_be =
                |wanted: &String| wanted.contains('*') || pattern::last(wanted) == site.name;
            if site.receiver.is_some() && !trigger.call.iter().any(may_be) {
                return None;
            }
            let path = self.path_of(&call.callee)?;
            site.caught = pattern::any(&path, &trigger.call)?.to_owned();
        } else {
            site.caught = pattern::any(site.name, &trigger.call)?.to_owned();
            if !trigger.on.iter().any(|on| on == "*") {
                match site.receiver {
                    Some(receiver) => {
                        let typed = self.type_of(receiver, scope, 0)?;
                        if !File::is_on(&typed, library, &trigger.on) {
                            return None;
                        }
                        site.certain = typed.certain;
                    }
                    // Without a receiver: inside the closure of a group; the walk checks that.
                    None => site.certain = false,
                }
            }
        }
        self.fits(library, trigger, &site, scope).then_some(site)
    }

    /// The conditions on arguments.
    pub fn fits(
        &self,
        library: &Library,
        trigger: &Trigger,
        site: &Site<'a>,
        scope: &Scope<'a, '_>,
    ) -> bool {
        let is_typed = |given: &str| {
            let (key, of) = given.split_once('=').unwrap_or((given, ""));
            site.expr(key)
                .and_then(|expr| self.type_of(expr, scope, 0))
                .is_some_and(|typed| File::is_on(&typed, library, &[of.to_owned()]))
        };
        let is_text = |given: &String| {
            let (key, text) = given.split_once('=').unwrap_or((given, ""));
            let value = site.expr(key).map(|expr| self.value(expr, scope, 0));
            let known = value.as_ref().and_then(Value::known);
            known.is_some_and(|known| text.is_empty() || known == text)
        };
        if !trigger.typed.as_deref().is_none_or(is_typed) || !trigger.text.iter().all(is_text) {
            return false;
        }
        let is_call = |given: &str| {
            let (key, name) = given.split_once('=').unwrap_or((given, ""));
            matches!(site.expr(key), Some(Expr::Call(call))
                if self.path_of(&call.callee).is_some_and(|path| pattern::matches(&path, name).is_some()))
        };
        let says = |given: &str| {
            let (key, pattern) = given.split_once('=').unwrap_or((given, "*"));
            site.expr(key).is_some_and(|expr| says_like(expr, pattern))
        };
        trigger
            .arguments
            .is_none_or(|least| site.arguments.len() >= least)
            && (trigger.when.is_empty()
                || trigger.when.iter().any(|when| site.expr(when).is_some()))
            && trigger.says.as_deref().is_none_or(says)
            && !trigger.not_says.as_deref().is_some_and(says)
            && (!trigger.class_receiver
                || site
                    .receiver
                    .and_then(Expr::dotted)
                    .is_some_and(|name| pattern::last(&name).starts_with(char::is_uppercase)))
            && trigger.given.as_deref().is_none_or(is_call)
            && !trigger.not_given.as_deref().is_some_and(is_call)
    }

    /// A field of an object, where the object is known here.
    pub fn field(&self, of: &'a Expr, key: &str, scope: &Scope<'a, '_>) -> Value {
        self.field_of(of, key, scope, 0)
    }
}
