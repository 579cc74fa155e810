//! Apache httpd: `ProxyPass`, `ProxyPassMatch`, `RewriteRule` with `[P]`.

use super::said::{Said, words};
use super::{Front, Reads, SourceText, ends_in, name_of};
use crate::observation::{FileFacts, Observation, ProxyRoute, Value};
use crate::placeholder::shell;

pub const FRONT: Front = Front {
    id: "apache",
    takes: |path| {
        ends_in(path, &[".conf", ".conf.template", ".vhost"]) || name_of(path) == ".htaccess"
    },
    reads: Reads::Content {
        is: |head| {
            let marks = [
                "ProxyPass",
                "RewriteRule",
                "<VirtualHost",
                "<Location",
                "BalancerMember",
            ];
            marks.iter().any(|mark| head.text.contains(mark))
        },
        read,
    },
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let mut host = None;
    let mut location: Option<String> = None;
    let timeout = source.text.contains("ProxyTimeout");
    for (index, line) in source.text.lines().enumerate() {
        let number = index as u32 + 1;
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        let words = words(line.trim_end_matches('>'));
        let Some(word) = words.first() else { continue };
        let texts: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        match (word.to_ascii_lowercase().as_str(), &texts[..]) {
            ("servername", [name, ..]) => host = Some(name.to_string()),
            ("<virtualhost", _) => host = None,
            ("<location" | "<locationmatch", [path, ..]) => location = Some(literal(path)),
            ("</location" | "</locationmatch", _) => location = None,
            ("proxypass" | "proxypassmatch", [path, to, ..]) if to.contains("://") => {
                let strips = (to.ends_with('/') && path.len() > 1).then(|| path.to_string());
                let timeout = timeout || line.contains("timeout=");
                route(
                    &mut said,
                    number,
                    &host,
                    &literal(path),
                    to,
                    strips,
                    timeout,
                );
            }
            ("proxypass", [to, ..]) if to.contains("://") => {
                let path = location.clone().unwrap_or_else(|| "/".to_string());
                route(&mut said, number, &host, &path, to, None, timeout);
            }
            ("rewriterule", [pattern, to, flags, ..]) if to.contains("://") && proxies(flags) => {
                let path = literal(pattern);
                let path = if path.starts_with('/') {
                    path
                } else {
                    format!("/{path}")
                };
                route(&mut said, number, &host, &path, to, None, timeout);
            }
            _ => {}
        }
    }
    said.done()
}

fn proxies(flags: &str) -> bool {
    let flags = flags.trim_matches(['[', ']']);
    flags.split(',').any(|flag| {
        flag.trim().eq_ignore_ascii_case("p") || flag.trim().eq_ignore_ascii_case("proxy")
    })
}

/// The literal start of a pattern.
fn literal(pattern: &str) -> String {
    let pattern = pattern.trim_start_matches('^');
    let end = pattern.find(['(', '[', '*', '+', '?', '$', '.', '\\']);
    pattern[..end.unwrap_or(pattern.len())].to_string()
}

fn route(
    said: &mut Said,
    line: u32,
    host: &Option<String>,
    path: &str,
    to: &str,
    strips: Option<String>,
    timeout: bool,
) {
    // What a pattern caught is known at run time alone.
    let cut = to.find("$1").unwrap_or(to.len());
    let upstream = said.safe("upstream", shell(&to[..cut]), line);
    let route = ProxyRoute {
        by: FRONT.id.to_string(),
        host: host.clone(),
        path: Value::text(path),
        upstream,
        strips,
        timeout,
    };
    said.say(line, Observation::ProxyRoute(route));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_and_rewrites() {
        let text = "<VirtualHost *:80>\n ServerName x.org\n ProxyPass /api/ http://api:8080/\n # ProxyPass /no http://no\n RewriteRule ^/old/(.*)$ http://old:90/$1 [P,L]\n RewriteRule ^/a http://b [R]\n <Location /c>\n  ProxyPass ${C_URL}://x timeout=5\n </Location>\n";
        let path = "httpd.conf";
        let facts = read(SourceText { path, text });
        let found: Vec<_> = facts
            .seen
            .iter()
            .filter_map(|seen| match &seen.what {
                Observation::ProxyRoute(r) => Some((
                    seen.line,
                    r.path.known()?,
                    r.upstream.known().unwrap_or("?"),
                    r.strips.as_deref(),
                )),
                _ => None,
            })
            .collect();
        assert_eq!(
            found,
            [
                (3, "/api/", "http://api:8080/", Some("/api/")),
                (5, "/old/", "http://old:90/", None),
                (8, "/c", "?", None),
            ]
        );
    }
}
