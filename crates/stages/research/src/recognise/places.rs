//! Routes that a file has by where it stands: the folders are the path, its functions the methods.

use model::finding::Certainty;

use super::index;
use super::table::PlaceRow;
use crate::observation::{Observation, Observed, Route, Value};
use crate::outline::{At, Expr, Function, Outline, Stmt};

/// Methods that a handler may ask for by name.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// How deep a handler is looked through.
const DEPTH: u16 = 60;

/// Whether a file may have routes by its place, so that it is parsed whatever words it has.
pub fn may_be(language: &str, path: &str) -> bool {
    index::of(language)
        .libraries
        .iter()
        .flat_map(|library| &library.place)
        .any(|row| route_path(row, path).is_some())
}

/// The routes of one file by its place.
pub fn placed(path: &str, outline: &Outline, language: &str) -> Vec<Observed> {
    let mut found = Vec::new();
    let libraries = index::of(language).libraries.iter();
    for row in libraries.flat_map(|library| &library.place) {
        let Some((stated, route)) = route_path(row, path) else {
            continue;
        };
        let mut see = |at: At, method: Option<&str>, handler: &str| {
            found.push(Observed {
                line: outline.line(at),
                certainty: Certainty::Resolved,
                within: handler.to_owned(),
                what: Observation::Route(Route {
                    method: method.map(str::to_owned),
                    path: Value::text(route.clone()),
                    group: None,
                    router: None,
                    handler: Some(handler.to_owned()),
                    protocol: "http".into(),
                }),
            });
        };
        for name in &row.functions {
            if let Some(at) = declared(outline, name) {
                see(at, Some(name.as_str()), name);
            }
        }
        if !row.handler.is_empty()
            && let Some(at) = declared(outline, &row.handler)
        {
            let asked = match stated {
                Some(method) => vec![method],
                None if row.method_in_name => Vec::new(),
                None => asked(outline),
            };
            if asked.is_empty() {
                see(at, None, &row.handler);
            }
            for method in asked {
                see(at, Some(method), &row.handler);
            }
        }
    }
    found
}

/// Where a name of the file's top level is declared.
fn declared(outline: &Outline, name: &str) -> Option<At> {
    let function = outline.functions.iter().find(|one| one.name == name);
    let bound = outline.body.iter().find_map(|statement| match statement {
        Stmt::Bind {
            name: bound, at, ..
        } if bound == name => Some(*at),
        Stmt::Function(Function {
            name: inner, at, ..
        }) if inner == name => Some(*at),
        _ => None,
    });
    function.map(|one| one.at).or(bound)
}

/// The method and path that a row gives a file; `None` where the file is none of it.
fn route_path(row: &PlaceRow, path: &str) -> Option<(Option<&'static str>, String)> {
    let (folder, name) = path.rsplit_once('/')?;
    let (mut stem, ending) = name.rsplit_once('.')?;
    let mut stated = None;
    if row.method_in_name
        && let Some((before, last)) = stem.rsplit_once('.')
    {
        let named = |method: &&&str| method.eq_ignore_ascii_case(last);
        stated = Some(*METHODS.iter().find(named)?);
        stem = before;
    }
    if ending == "d" || stem.contains('.') || (!row.file.is_empty() && row.file != stem) {
        return None;
    }
    let segments: Vec<&str> = folder.split('/').collect();
    let below = row.under.iter().find_map(|under| {
        let wanted: Vec<&str> = under.split('/').collect();
        let at = segments
            .windows(wanted.len())
            .position(|window| window == wanted)?;
        Some(&segments[at + wanted.len()..])
    })?;
    if !row.below.is_empty() && below.first() != Some(&row.below.as_str()) {
        return None;
    }
    let own = (row.file.is_empty() && stem != "index").then_some(stem);
    let mut whole = row.prefix.clone();
    for segment in below.iter().copied().chain(own) {
        // Folders in parentheses only group, those with `@` are slots, those with `_` are private.
        if segment.starts_with('_') {
            return None;
        }
        if segment.starts_with('(') && segment.ends_with(')') || segment.starts_with('@') {
            continue;
        }
        whole.push('/');
        match segment
            .strip_prefix('[')
            .and_then(|one| one.strip_suffix(']'))
        {
            Some(name) => {
                let name = name.trim_matches(['[', ']']).trim_start_matches('.');
                whole.push_str(&format!("{{{name}}}"));
            }
            None => whole.push_str(segment),
        }
    }
    Some((stated, if whole.is_empty() { "/".into() } else { whole }))
}

/// The methods that a file compares with, in their usual order.
fn asked(outline: &Outline) -> Vec<&'static str> {
    let mut texts = Vec::new();
    for function in &outline.functions {
        of_body(&function.body, &mut texts, 0);
    }
    of_body(&outline.body, &mut texts, 0);
    METHODS
        .into_iter()
        .filter(|method| texts.contains(method))
        .collect()
}

fn of_body<'a>(body: &'a [Stmt], texts: &mut Vec<&'a str>, depth: u16) {
    if depth > DEPTH {
        return;
    }
    for statement in body {
        match statement {
            Stmt::Bind { value, .. } | Stmt::Expr(value) | Stmt::Return(value) => {
                of_expr(value, texts, depth + 1);
            }
            Stmt::Loop { body, .. } | Stmt::Block(body) => of_body(body, texts, depth + 1),
            Stmt::Function(function) => of_body(&function.body, texts, depth + 1),
            Stmt::Type(_) => {}
        }
    }
}

/// Texts that something is compared with: those beside a member named `method`.
fn of_expr<'a>(expr: &'a Expr, texts: &mut Vec<&'a str>, depth: u16) {
    if depth > DEPTH {
        return;
    }
    match expr {
        Expr::Other(items) => {
            if items
                .iter()
                .any(|item| matches!(item, Expr::Member(_, name, _) if name == "method"))
            {
                texts.extend(items.iter().filter_map(Expr::text));
            }
            items
                .iter()
                .for_each(|item| of_expr(item, texts, depth + 1));
        }
        Expr::Either(items) | Expr::List(items, _) => {
            items
                .iter()
                .for_each(|item| of_expr(item, texts, depth + 1));
        }
        Expr::Call(call) => {
            let given = call.arguments.iter().map(|argument| &argument.value);
            given.for_each(|one| of_expr(one, texts, depth + 1));
        }
        Expr::Function(function) => of_body(&function.body, texts, depth + 1),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{may_be, route_path};
    use crate::recognise::table::PlaceRow;

    fn row(under: &[&str], below: &str, file: &str) -> PlaceRow {
        PlaceRow {
            under: under.iter().map(|one| one.to_string()).collect(),
            below: below.into(),
            file: file.into(),
            method_in_name: file.is_empty() && below.is_empty(),
            prefix: String::new(),
            functions: Vec::new(),
            handler: String::new(),
        }
    }

    #[test]
    fn folders_are_segments() {
        let path_of = |row: &PlaceRow, path: &str| route_path(row, path).map(|(_, path)| path);
        let by_file = row(&["src/app", "app"], "", "route");
        for (path, wanted) in [
            ("app/route.ts", Some("/")),
            (
                "web/src/app/(shop)/carts/[cartId]/route.ts",
                Some("/carts/{cartId}"),
            ),
            ("app/files/[[...rest]]/route.js", Some("/files/{rest}")),
            ("app/_lib/route.ts", None),
            ("app/orders/page.tsx", None),
            ("lib/orders/route.ts", None),
        ] {
            assert_eq!(path_of(&by_file, path).as_deref(), wanted, "{path}");
        }
        let by_name = row(&["pages"], "api", "");
        assert_eq!(
            path_of(&by_name, "pages/api/orders/index.ts").as_deref(),
            Some("/api/orders")
        );
        assert_eq!(path_of(&by_name, "pages/orders/[id].tsx"), None);
        assert_eq!(path_of(&by_name, "pages/api/orders.test.ts"), None);
        let with_method = row(&["server/routes"], "", "");
        assert_eq!(
            route_path(&with_method, "server/routes/carts/[id].delete.ts"),
            Some((Some("DELETE"), "/carts/{id}".to_owned()))
        );
        assert_eq!(
            route_path(&with_method, "server/routes/carts/index.ts"),
            Some((None, "/carts".to_owned()))
        );
        assert_eq!(
            path_of(&with_method, "server/routes/carts/index.spec.ts"),
            None
        );
        assert!(!may_be("go", "app/api/route.go"));
    }
}
