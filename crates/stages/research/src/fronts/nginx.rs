//! nginx: servers, locations and upstreams as routes of a proxy. Templates that `envsubst` fills count too.

use super::said::Said;
use super::{Front, Head, Reads, SourceText, ends_in, name_of};
use crate::observation::{FileFacts, Observation, ProxyRoute, Value};
use crate::placeholder::nginx;

pub const FRONT: Front = Front {
    id: "nginx",
    takes: |path| {
        let endings = [
            ".conf",
            ".conf.template",
            ".nginx",
            ".conf.erb",
            ".conf.j2",
            ".conf.tmpl",
        ];
        ends_in(path, &endings)
            || name_of(path).starts_with("nginx")
            || path.contains("sites-available/")
            || path.contains("sites-enabled/")
    },
    reads: Reads::Content { is, read },
};

fn is(head: &Head) -> bool {
    let words = ["server", "location", "upstream"];
    head.text.lines().any(|line| {
        let line = line.trim();
        let word = line.split([' ', '\t', '{']).next().unwrap_or("");
        (words.contains(&word) && (line.contains('{') || line == word))
            || (PASSES.contains(&word) && line.contains(';'))
    })
}

/// Deepest nesting of blocks that is read.
const MAX_DEPTH: usize = 64;

#[derive(Debug)]
struct Directive {
    /// At least its name.
    words: Vec<String>,
    line: u32,
    block: Vec<Directive>,
}

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let mut tokens = tokens(source.text);
    tokens.reverse();
    let directives = parse(&mut tokens, 0, &mut said);
    let mut upstreams = Vec::new();
    collect_upstreams(&directives, &mut upstreams);
    walk(&directives, &Scope::default(), &upstreams, &mut said);
    said.done()
}

#[derive(Debug, PartialEq)]
enum Token {
    Word(String),
    Open,
    Close,
    End,
}

fn tokens(text: &str) -> Vec<(Token, u32)> {
    let mut out = Vec::new();
    let mut line = 1;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            c if c.is_whitespace() => {}
            '#' => while chars.next_if(|c| *c != '\n').is_some() {},
            '{' => out.push((Token::Open, line)),
            '}' => out.push((Token::Close, line)),
            ';' => out.push((Token::End, line)),
            quote @ ('"' | '\'') => {
                let start = line;
                let mut word = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '\\' => word.extend(chars.next()),
                        c if c == quote => break,
                        c => {
                            line += u32::from(c == '\n');
                            word.push(c);
                        }
                    }
                }
                out.push((Token::Word(word), start));
            }
            c => {
                let mut word = String::from(c);
                let mut before = c;
                while let Some(next) = chars.peek().copied() {
                    // `${X}` is part of a word.
                    let open = next == '{' && before == '$';
                    let close =
                        next == '}' && word.matches("${").count() > word.matches('}').count();
                    let brace = matches!(next, '{' | '}') && !open && !close;
                    if next.is_whitespace() || next == ';' || brace {
                        break;
                    }
                    word.push(next);
                    before = next;
                    chars.next();
                }
                out.push((Token::Word(word), line));
            }
        }
    }
    out
}

/// `tokens` are reversed: the next is the last.
fn parse(tokens: &mut Vec<(Token, u32)>, depth: usize, said: &mut Said) -> Vec<Directive> {
    let mut directives = Vec::new();
    let mut words = Vec::new();
    let mut start = 0;
    while let Some((token, line)) = tokens.pop() {
        match token {
            Token::Word(word) => {
                if words.is_empty() {
                    start = line;
                }
                words.push(word);
            }
            Token::End | Token::Open => {
                let block = match token {
                    Token::Open if depth < MAX_DEPTH => parse(tokens, depth + 1, said),
                    Token::Open => {
                        said.fault(line, "blocks are nested too deep");
                        tokens.clear();
                        Vec::new()
                    }
                    _ => Vec::new(),
                };
                let words = std::mem::take(&mut words);
                if !words.is_empty() {
                    let line = start;
                    directives.push(Directive { words, line, block });
                }
            }
            Token::Close if depth > 0 => return directives,
            Token::Close => said.fault(line, "a block is closed that was not opened"),
        }
    }
    if depth == 1 {
        said.fault(start, "a block is not closed");
    }
    directives
}

type Upstreams = Vec<(String, Vec<String>)>;

fn collect_upstreams(directives: &[Directive], out: &mut Upstreams) {
    for directive in directives {
        if directive.words[0] == "upstream" && directive.words.len() > 1 {
            let servers = directive.block.iter().filter(|d| d.words[0] == "server");
            let servers = servers.filter_map(|server| server.words.get(1).cloned());
            out.push((directive.words[1].clone(), servers.collect()));
        }
        collect_upstreams(&directive.block, out);
    }
}

#[derive(Debug, Clone, Default)]
struct Scope {
    host: Option<String>,
    path: String,
    timeout: bool,
    /// Variables that `set` binds.
    set: Vec<(String, String)>,
    /// The prefix that a rewrite cuts.
    strips: Option<String>,
}

const TIMEOUTS: &[&str] = &[
    "proxy_read_timeout",
    "proxy_connect_timeout",
    "grpc_read_timeout",
    "fastcgi_read_timeout",
    "uwsgi_read_timeout",
];
const PASSES: &[&str] = &[
    "proxy_pass",
    "grpc_pass",
    "fastcgi_pass",
    "uwsgi_pass",
    "scgi_pass",
];

fn walk(directives: &[Directive], outer: &Scope, upstreams: &Upstreams, said: &mut Said) {
    let mut scope = outer.clone();
    // Directives hold for the whole block, wherever they stand in it.
    for Directive { words, .. } in directives {
        match words[0].as_str() {
            "server_name" => scope.host = words.get(1).filter(|name| *name != "_").cloned(),
            "set" if words.len() > 2 => scope.set.push((words[1].clone(), words[2].clone())),
            "rewrite" if words.len() > 2 => scope.strips = cut(&words[1], &words[2]),
            name if TIMEOUTS.contains(&name) => scope.timeout = true,
            _ => {}
        }
    }
    for directive in directives {
        let words = &directive.words;
        match words[0].as_str() {
            "location" => {
                let mut inner = scope.clone();
                inner.path = location(&words[1..]);
                inner.strips = None;
                walk(&directive.block, &inner, upstreams, said);
            }
            name if PASSES.contains(&name) && words.len() > 1 => {
                for upstream in targets(&words[1], &scope, upstreams) {
                    let strips = strips(&words[1], &scope);
                    let upstream = said.safe("upstream", upstream, directive.line);
                    let route = ProxyRoute {
                        by: FRONT.id.to_string(),
                        host: scope.host.clone(),
                        path: nginx(&scope.path),
                        upstream,
                        strips,
                        timeout: scope.timeout,
                    };
                    said.say(directive.line, Observation::ProxyRoute(route));
                }
            }
            // Its servers are read where it is used.
            "upstream" => {}
            _ => walk(&directive.block, &scope, upstreams, said),
        }
    }
}

/// The path that a location answers: of a pattern its literal start.
fn location(words: &[String]) -> String {
    match words {
        [modifier, path, ..] if modifier.starts_with('~') => {
            let path = path.trim_start_matches('^');
            let end = path.find(['(', '[', '*', '+', '?', '\\', '$', '.', '|']);
            let path = &path[..end.unwrap_or(path.len())];
            let path = if path.is_empty() { "/" } else { path };
            path.to_string()
        }
        [modifier, path, ..] if modifier == "=" || modifier == "^~" => path.clone(),
        [path, ..] => path.clone(),
        [] => String::new(),
    }
}

/// `rewrite ^/api/(.*)$ /$1` cuts `/api`.
fn cut(pattern: &str, replacement: &str) -> Option<String> {
    let prefix = pattern.trim_start_matches('^');
    let prefix = prefix.split(['(', '[', '.', '?']).next()?;
    let prefix = prefix.trim_end_matches('/');
    let whole = replacement == "/" || replacement.starts_with("/$") || replacement.starts_with('$');
    (whole && !prefix.is_empty()).then(|| prefix.to_string())
}

/// With a path in `proxy_pass` the location's path is replaced by it; a slash alone cuts it off.
fn strips(pass: &str, scope: &Scope) -> Option<String> {
    let after = pass.split_once("://").map_or(pass, |(_, after)| after);
    let path = after.find('/').map(|at| &after[at..]);
    match path {
        Some("/") if scope.path != "/" => Some(scope.path.clone()),
        _ => scope.strips.clone(),
    }
}

/// The addresses behind a `proxy_pass`: variables put in, a named upstream replaced by its servers.
fn targets(pass: &str, scope: &Scope, upstreams: &Upstreams) -> Vec<Value> {
    let mut text = pass.to_string();
    for (name, value) in scope.set.iter().rev() {
        let braced = format!("${{{}}}", name.trim_start_matches('$'));
        text = text.replace(&braced, value).replace(name.as_str(), value);
    }
    let (scheme, rest) = match text.find("://") {
        Some(at) => text.split_at(at + 3),
        None => ("", text.as_str()),
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let Some((_, servers)) = upstreams.iter().find(|(name, _)| name == host) else {
        return vec![nginx(&text)];
    };
    let mut found: Vec<Value> = Vec::new();
    for server in servers.iter().filter(|server| !server.starts_with("unix:")) {
        let value = nginx(&format!("{scheme}{server}{path}"));
        if !found.contains(&value) {
            found.push(value);
        }
    }
    if found.is_empty() {
        found.push(nginx(&text));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes(text: &str) -> Vec<(u32, String, ProxyRoute)> {
        let path = "nginx.conf";
        let seen = read(SourceText { path, text }).seen.into_iter();
        seen.filter_map(|seen| match seen.what {
            Observation::ProxyRoute(route) => {
                let path = route.path.known().unwrap_or("?").to_string();
                Some((seen.line, path, route))
            }
            _ => None,
        })
        .collect()
    }

    #[test]
    fn servers_locations_and_upstreams() {
        let found = routes(
            r#"
http {
  upstream api { least_conn; server api-1:8080; server api-2:8080 weight=2; }
  proxy_read_timeout 30s;
  server {
    server_name shop.example.com www.example.com;
    set $cart "cart:7070";
    location /api/ { proxy_pass http://api/; }
    location ~ ^/users/(\d+)$ { proxy_pass http://${USER_HOST}:80$request_uri; }
    location = /cart { proxy_pass http://$cart; # } comment
    }
    location /old { rewrite ^/old/(.*)$ /$1 break; proxy_pass http://old; }
    location ~ \.php$ { fastcgi_pass php:9000; }
    if ($bad) { return 403; }
  }
}
"#,
        );
        let short: Vec<_> = found
            .iter()
            .map(|(line, path, r)| {
                let upstream = r.upstream.known().unwrap_or("?");
                (*line, path.as_str(), upstream, r.strips.as_deref())
            })
            .collect();
        assert_eq!(
            short,
            [
                (8, "/api/", "http://api-1:8080/", Some("/api/")),
                (8, "/api/", "http://api-2:8080/", Some("/api/")),
                (9, "/users/", "?", None),
                (10, "/cart", "http://cart:7070", None),
                (12, "/old", "http://old", Some("/old")),
                (13, "/", "php:9000", None),
            ]
        );
        assert_eq!(
            found[2].2.upstream,
            nginx("http://${USER_HOST}:80$request_uri")
        );
        let host = Some("shop.example.com");
        assert!(
            found
                .iter()
                .all(|(_, _, r)| r.timeout && r.host.as_deref() == host)
        );
    }

    #[test]
    fn broken_files_keep_their_routes() {
        let text =
            "server { location /a { proxy_pass http://a; } location /b { proxy_pass http://b;";
        assert_eq!(routes(text).len(), 2);
        let text = "} server { location / { proxy_pass http://a; } }";
        assert_eq!(routes(text).len(), 1);
        assert_eq!(routes(&"a {".repeat(10_000)).len(), 0);
    }
}
