//! Addresses: scheme, host, port, path of a text that names another system.

/// The parts of an address, as far as they are there. A part that is known at run time only is `{}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub scheme: Option<String>,
    pub host: String,
    pub port: Option<u16>,
    /// With its leading slash, without query.
    pub path: String,
}

/// Reads an address: `http://orders:8080/x`, `lb://orders`, `jdbc:postgresql://db:5432/shop`,
/// `orders:8080`, `amqp://u:p@mq`, `/path`. Several hosts (`a:9092,b:9092`) give the first.
pub fn read(text: &str) -> Address {
    let text = text.trim();
    let (scheme, rest) = match text.find("://") {
        Some(at) => (Some(text[..at].to_ascii_lowercase()), &text[at + 3..]),
        None => match text
            .strip_prefix("jdbc:")
            .and_then(|rest| rest.split_once(':').map(|(kind, _)| kind))
        {
            // `jdbc:h2:mem:shop`, `jdbc:sqlite:shop.db`: inside the process.
            Some(kind) => {
                return Address {
                    scheme: Some(format!("jdbc:{kind}")),
                    ..Address::default()
                };
            }
            None if let Some(address) = of_pairs(text) => return address,
            None => (None, text.strip_prefix("//").unwrap_or(text)),
        },
    };
    let end = rest.find(['/', '?', '#', ';']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let path = tail.split(['?', '#', ';']).next().unwrap_or("").to_owned();
    let authority = authority.rsplit('@').next().unwrap_or(authority);
    let first = authority.split(',').next().unwrap_or(authority).trim();
    let (host, port) = match first.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => {
            (host, port.parse().ok())
        }
        _ => (first, None),
    };
    // `tcp(db:3306)` of Go's MySQL driver.
    let (host, port) = match host.find('(') {
        Some(at) => {
            let inner = &authority[authority.find('(').map_or(at, |at| at + 1)..];
            let inner = inner.split(')').next().unwrap_or(inner);
            inner
                .rsplit_once(':')
                .map_or((inner, None), |(host, port)| (host, port.parse().ok()))
        }
        None => (host, port),
    };
    Address {
        scheme,
        host: host.trim_matches(['[', ']']).to_ascii_lowercase(),
        port,
        path,
    }
}

/// `mysql:host=db;port=3306;dbname=shop`, as PHP's PDO has it.
fn of_pairs(text: &str) -> Option<Address> {
    let (scheme, rest) = text.split_once(':')?;
    if !scheme.chars().all(|c| c.is_ascii_alphanumeric()) || !rest.contains('=') {
        return None;
    }
    let of = |wanted: &str| {
        let mut pairs = rest.split(';').filter_map(|pair| pair.split_once('='));
        pairs.find_map(|(name, value)| (name.trim() == wanted).then(|| value.trim()))
    };
    Some(Address {
        scheme: Some(scheme.to_ascii_lowercase()),
        host: of("host")?.to_ascii_lowercase(),
        port: of("port").and_then(|port| port.parse().ok()),
        path: of("dbname").map_or_else(String::new, |name| format!("/{name}")),
    })
}

impl Address {
    /// Names this very machine, or nothing.
    pub fn is_local(&self) -> bool {
        matches!(
            self.host.as_str(),
            "localhost" | "127.0.0.1" | "0.0.0.0" | "::1" | "host.docker.internal" | ""
        )
    }
    /// Not known before run time.
    pub fn is_open(&self) -> bool {
        self.host.contains("{}")
    }
    /// The first label of a name inside a cluster: `orders.shop.svc.cluster.local` is `orders`.
    pub fn short(&self) -> &str {
        match self.host.split_once('.') {
            Some((first, rest)) if rest.contains("svc") || !is_public(&self.host) => first,
            _ => &self.host,
        }
    }
    /// A name of the public internet.
    pub fn is_external(&self) -> bool {
        !self.is_open() && is_public(&self.host)
    }
}

fn is_public(host: &str) -> bool {
    let Some((_, last)) = host.rsplit_once('.') else {
        return false;
    };
    last.len() >= 2
        && last.chars().all(|c| c.is_ascii_alphabetic())
        && ![
            "local",
            "internal",
            "svc",
            "lan",
            "localhost",
            "test",
            "example",
            "invalid",
            "consul",
            "yml",
            "yaml",
            "json",
            "html",
            "xml",
            "properties",
            "js",
            "ts",
            "py",
            "go",
        ]
        .contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_every_form() {
        let parts = |text: &str| {
            let one = read(text);
            (one.scheme.unwrap_or_default(), one.host, one.port, one.path)
        };
        let of = |scheme: &str, host: &str, port, path: &str| {
            (scheme.to_owned(), host.to_owned(), port, path.to_owned())
        };
        assert_eq!(
            parts("http://orders:8080/v1/x?y=1"),
            of("http", "orders", Some(8080), "/v1/x")
        );
        assert_eq!(parts("lb://ORDERS"), of("lb", "orders", None, ""));
        assert_eq!(
            parts("jdbc:postgresql://db:5432/shop"),
            of("jdbc:postgresql", "db", Some(5432), "/shop")
        );
        assert_eq!(parts("jdbc:h2:mem:shop"), of("jdbc:h2", "", None, ""));
        assert_eq!(
            parts("amqp://u:p@mq:5672/%2f"),
            of("amqp", "mq", Some(5672), "/%2f")
        );
        assert_eq!(parts("a:9092,b:9092"), of("", "a", Some(9092), ""));
        assert_eq!(
            parts("root:x@tcp(db:3306)/shop"),
            of("", "db", Some(3306), "/shop")
        );
        assert_eq!(
            parts("pgsql:host=db;port=5432;dbname=shop"),
            of("pgsql", "db", Some(5432), "/shop")
        );
        assert_eq!(parts("/path/only"), of("", "", None, "/path/only"));
        assert_eq!(parts("http://{}:80/x"), of("http", "{}", Some(80), "/x"));
    }

    #[test]
    fn what_is_public_and_what_is_not() {
        assert!(read("https://api.paypal.com/v1").is_external());
        assert!(!read("http://orders.shop.svc.cluster.local").is_external());
        assert_eq!(
            read("http://orders.shop.svc.cluster.local").short(),
            "orders"
        );
        assert_eq!(read("http://api.paypal.com").short(), "api.paypal.com");
    }
}
