//! What stands beside services and is known by its image, its scheme or its port: `data/infrastructure`.

use std::sync::OnceLock;

use model::fact::{LinkKind, ResourceKind};
use serde::Deserialize;

/// One file of `data/infrastructure`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Infrastructure {
    /// The file's name.
    #[serde(default)]
    pub id: String,
    pub name: String,
    pub kind: ResourceKind,
    /// Id of a technology, where there is a file of it.
    #[serde(default)]
    pub technology: Option<String>,
    /// Last segments of images, without registry and tag.
    pub images: Vec<String>,
    /// Schemes of addresses.
    pub schemes: Vec<String>,
    /// Ports it listens on unless told otherwise.
    pub ports: Vec<u16>,
    /// Without a host in its address it runs inside the process of its user.
    #[serde(default)]
    pub embeds: bool,
    /// Programs that start it, by which an image made from a plain system is known.
    #[serde(default)]
    pub commands: Vec<String>,
    /// What it is never without, or always sends to.
    #[serde(default)]
    pub uses: Vec<Uses>,
    /// What its files of configuration say of others: `metrics` (targets it scrapes), `source` (what it shows).
    #[serde(default)]
    pub says: Vec<String>,
}

/// Another that it uses wherever it runs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Uses {
    /// Id of a file of `data/infrastructure`.
    pub of: String,
    pub link: LinkKind,
}

pub fn all() -> &'static [Infrastructure] {
    static ALL: OnceLock<Vec<Infrastructure>> = OnceLock::new();
    ALL.get_or_init(|| {
        knowledge::raw("infrastructure")
            .iter()
            .filter_map(|(name, text)| {
                let mut one: Infrastructure = toml::from_str(text).ok()?;
                one.id = name.strip_suffix(".toml")?.to_owned();
                Some(one)
            })
            .collect()
    })
}

/// By the last segment of an image: `docker.io/bitnami/postgresql:15` is `postgresql`.
pub fn of_image(image: &str) -> Option<&'static Infrastructure> {
    let name = image_name(image);
    all()
        .iter()
        .find(|one| one.images.contains(&name))
        .or_else(|| {
            let words: Vec<&str> = name.split(['-', '_']).collect();
            if words.iter().any(|word| COMPANIONS.contains(word)) {
                return None;
            }
            let ends = [words.first(), words.last()];
            all().iter().find(|one| {
                let mut images = one.images.iter();
                images.any(|known| ends.contains(&Some(&known.as_str())))
            })
        })
}

/// Words of images that work for the thing whose name they have, and are not it: `redis-exporter`, `kafka-ui`.
const COMPANIONS: [&str; 18] = [
    "admin",
    "backup",
    "browser",
    "cli",
    "commander",
    "connect",
    "console",
    "dashboard",
    "exporter",
    "express",
    "gui",
    "init",
    "manager",
    "migrate",
    "operator",
    "setup",
    "ui",
    "webui",
];

/// Whether an image is called exactly like one that is known, and not only beside another word.
pub fn is_plainly(image: &str) -> bool {
    let name = image_name(image);
    all().iter().any(|one| one.images.contains(&name))
}

/// By the program that a command starts: `/usr/sbin/apache2ctl -D FOREGROUND`.
pub fn of_command(command: &str) -> Option<&'static Infrastructure> {
    let words =
        command.split(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | ',' | '[' | ']'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    all().iter().find(|one| {
        one.commands
            .iter()
            .any(|known| words.contains(&known.as_str()))
    })
}

/// `registry:5000/team/orders-api:1.2@sha256:..` is `orders-api`.
pub fn image_name(image: &str) -> String {
    let image = image.split('@').next().unwrap_or(image);
    let last = image.rsplit('/').next().unwrap_or(image);
    last.split(':').next().unwrap_or(last).to_ascii_lowercase()
}

pub fn of_scheme(scheme: &str) -> Option<&'static Infrastructure> {
    all().iter().find(|one| {
        one.schemes
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
    })
}

pub fn of_port(port: u16) -> Option<&'static Infrastructure> {
    all().iter().find(|one| one.ports.contains(&port))
}

/// By its id, or by the technology it is.
pub fn of_technology(technology: &str) -> Option<&'static Infrastructure> {
    all().iter().find(|one| one.id == technology).or_else(|| {
        all()
            .iter()
            .find(|one| one.technology.as_deref() == Some(technology))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_beside_a_thing_are_not_it() {
        let technology = |image: &str| of_image(image).map(|one| one.id.as_str());
        assert_eq!(technology("acme/shop-redis:1"), Some("redis"));
        assert_eq!(technology("acme/rabbitmq-delayed"), Some("rabbitmq"));
        for beside in [
            "oliver006/redis_exporter",
            "acme/kafka-ui:2",
            "mongo-express",
        ] {
            assert_eq!(technology(beside), None, "{beside}");
        }
    }

    #[test]
    fn every_file_parses() {
        assert_eq!(all().len(), knowledge::raw("infrastructure").len());
    }

    #[test]
    fn what_is_used_is_known() {
        for one in all() {
            for uses in &one.uses {
                assert!(all().iter().any(|other| other.id == uses.of), "{}", uses.of);
            }
        }
        assert_eq!(
            of_command("apache2ctl -D FOREGROUND").map(|one| one.id.as_str()),
            Some("httpd")
        );
        assert_eq!(
            of_command("/bin/sh -c run").map(|one| one.id.as_str()),
            None
        );
    }

    #[test]
    fn images_are_known_by_their_last_segment() {
        let id = |image: &str| of_image(image).map(|one| one.id.as_str());
        assert_eq!(id("docker.io/bitnami/postgresql:15"), Some("postgresql"));
        assert_eq!(id("redis"), Some("redis"));
        assert_eq!(id("wurstmeister/kafka:2.1"), Some("kafka"));
        assert_eq!(id("acme/orders:1"), None);
    }
}
