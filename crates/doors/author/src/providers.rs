//! Whom to ask: providers and their prices from `data/language-models`, or an endpoint of the user's.
//! Keys come from the environment; a provider's key goes to that provider and to nobody else.

use serde::Deserialize;
use ureq::http::Uri;

use crate::language::{Key, Wire};

/// The key for an endpoint of the user's.
const OWN_KEY: &str = "GROUNDPLAN_API_KEY";

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    pub id: String,
    pub name: String,
    pub wire: Wire,
    pub endpoint: String,
    /// The variable that holds the key.
    pub key: String,
    /// The model unless another is named.
    pub default: String,
    /// What a request calls the most tokens of an answer.
    #[serde(default = "limit_key")]
    pub limit_key: String,
    #[serde(rename = "model")]
    pub models: Vec<Price>,
}

fn limit_key() -> String {
    "max_tokens".into()
}

/// What a model takes, in USD per million tokens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    pub id: String,
    pub input: f64,
    pub output: f64,
    pub source: String,
    pub date: String,
}

/// A model, where it is reached, and what it takes.
#[derive(Debug)]
pub struct Chosen {
    pub model: String,
    pub url: String,
    pub wire: Wire,
    pub limit_key: String,
    pub key: Option<Key>,
    /// The variable that the key is from.
    pub key_from: Option<String>,
    pub local: bool,
    pub price: Option<Price>,
}

/// The providers that are known.
pub fn known() -> Result<Vec<Provider>, String> {
    knowledge::raw("language-models")
        .iter()
        .map(|(name, text)| {
            let wrong = |why: String| format!("data/language-models/{name}: {why}");
            let provider: Provider = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
            match *name == format!("{}.toml", provider.id) {
                true => Ok(provider),
                false => Err(wrong(format!("its id is `{}`", provider.id))),
            }
        })
        .collect()
}

/// Chooses by what is named and which keys there are. `Err` says what to do.
pub fn choose(
    providers: &[Provider],
    model: Option<&str>,
    endpoint: Option<(&str, Option<Wire>)>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Chosen, String> {
    let variable = |name: &str| variable(name).filter(|v| !v.trim().is_empty());
    let key_of = |name: &str| -> Result<Option<Key>, String> {
        variable(name)
            .map(|text| Key::new(text.trim()).map_err(|e| format!("{name} {e}")))
            .transpose()
    };
    if let Some((url, wire)) = endpoint {
        let wire = wire.unwrap_or(Wire::ChatCompletions);
        let place = Place::of(url)?;
        let model =
            model.ok_or_else(|| format!("name the model that {url} shall run: --model NAME"))?;
        let key = key_of(OWN_KEY)?;
        if !place.local && key.is_none() {
            return Err(format!(
                "there is no key for {url}; set {OWN_KEY}, or name an endpoint on this machine. Nothing was sent"
            ));
        }
        if !place.local && !place.encrypted {
            return Err(format!(
                "{url} is not encrypted, and letters and keys do not travel in the open; use https. Nothing was sent"
            ));
        }
        let price = providers
            .iter()
            .filter(|p| Place::of(&p.endpoint).is_ok_and(|of| of.host == place.host))
            .find_map(|p| p.models.iter().find(|m| m.id == model));
        return Ok(Chosen {
            model: model.to_string(),
            url: wire.url(url),
            wire,
            limit_key: limit_key(),
            key_from: key.as_ref().map(|_| OWN_KEY.to_string()),
            key,
            local: place.local,
            price: price.cloned(),
        });
    }
    let offers = |p: &&Provider| model.is_some_and(|m| p.models.iter().any(|known| known.id == m));
    let keyed = |p: &&Provider| variable(&p.key).is_some();
    let of_model = providers.iter().find(offers);
    let provider = match of_model {
        Some(provider) => Some(provider),
        None => providers.iter().find(keyed),
    };
    let provider = provider.ok_or_else(|| nobody(providers))?;
    let (key, from) = match key_of(&provider.key)? {
        Some(key) => (Some(key), &*provider.key),
        // Named by its model, and so its own key may be given under our name.
        None if of_model.is_some() => (key_of(OWN_KEY)?, OWN_KEY),
        None => (None, OWN_KEY),
    };
    let key = key.ok_or_else(|| {
        format!(
            "there is no key for {}; set {}, or name an endpoint on this machine: --endpoint http://localhost:11434/v1. Nothing was sent",
            provider.name, provider.key
        )
    })?;
    let model = model.unwrap_or(&provider.default);
    Ok(Chosen {
        model: model.to_string(),
        url: provider.wire.url(&provider.endpoint),
        wire: provider.wire,
        limit_key: provider.limit_key.clone(),
        key: Some(key),
        key_from: Some(from.to_string()),
        local: false,
        price: provider.models.iter().find(|m| m.id == model).cloned(),
    })
}

fn nobody(providers: &[Provider]) -> String {
    let keys: Vec<String> = providers
        .iter()
        .map(|p| format!("{} ({})", p.key, p.name))
        .collect();
    format!(
        "there is no language model to ask. Set {}, or name an endpoint: --endpoint http://localhost:11434/v1 --model NAME. Nothing was sent",
        keys.join(" or ")
    )
}

/// What an address says about itself.
struct Place {
    host: String,
    local: bool,
    encrypted: bool,
}

impl Place {
    fn of(url: &str) -> Result<Place, String> {
        // Credentials in an address would be shown with it.
        let bad = || {
            "the endpoint is no address; write for example http://localhost:11434/v1, without name or password"
                .to_string()
        };
        let uri: Uri = url.parse().map_err(|_| bad())?;
        let authority = uri.authority().ok_or_else(bad)?;
        let host = uri.host().unwrap_or("").to_lowercase();
        if authority.as_str().contains('@') || host.is_empty() || uri.query().is_some() {
            return Err(bad());
        }
        let encrypted = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(bad()),
        };
        let address = host.trim_start_matches('[').trim_end_matches(']');
        let loops = address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback());
        Ok(Place {
            local: loops || host == "localhost",
            host,
            encrypted,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose_with(
        model: Option<&str>,
        endpoint: Option<&str>,
        keys: &[(&str, &str)],
    ) -> Result<Chosen, String> {
        let providers = known().expect("the data is readable");
        let variable = |name: &str| {
            let found = keys.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_string())
        };
        choose(
            &providers,
            model,
            endpoint.map(|url| (url, None)),
            &variable,
        )
    }

    #[test]
    fn the_data_is_whole() {
        for provider in known().expect("the data is readable") {
            assert!(
                provider.models.iter().any(|m| m.id == provider.default),
                "{}: the default model has no price",
                provider.id
            );
            for price in &provider.models {
                assert!(
                    price.input > 0.0 && price.output >= price.input,
                    "{price:?}"
                );
                assert!(price.source.starts_with("https://"), "{price:?}");
                assert_eq!(price.date.len(), "2026-01-01".len(), "{price:?}");
            }
        }
    }

    #[test]
    fn a_key_goes_to_its_own_provider_only() {
        let providers = known().expect("the data is readable");
        for provider in &providers {
            let keys = [(provider.key.as_str(), "k-0123456789")];
            let chosen = choose_with(None, None, &keys).expect("one key is enough");
            assert!(chosen.url.starts_with(&provider.endpoint), "{chosen:?}");
            assert_eq!(chosen.key_from.as_deref(), Some(provider.key.as_str()));
            assert!(chosen.price.is_some(), "{chosen:?}");
            let elsewhere = choose_with(Some("m"), Some("https://example.org/v1"), &keys);
            assert!(elsewhere.is_err(), "{elsewhere:?}");
            let local = choose_with(Some("m"), Some("http://127.0.0.1:9/v1"), &keys);
            assert!(local.is_ok_and(|l| l.key.is_none()));
        }
    }

    #[test]
    fn a_model_decides_whom_to_ask() {
        let keys = [
            ("ANTHROPIC_API_KEY", "a-0123456789"),
            ("OPENAI_API_KEY", "o-0123456789"),
        ];
        let providers = known().expect("the data is readable");
        for provider in &providers {
            let chosen = choose_with(Some(&provider.default), None, &keys).expect("a model");
            assert!(chosen.url.starts_with(&provider.endpoint), "{chosen:?}");
        }
    }

    #[test]
    fn what_would_leak_or_reach_nobody_is_refused() {
        let own = [("GROUNDPLAN_API_KEY", "g-0123456789")];
        for (endpoint, keys) in [
            ("http://example.org/v1", &own[..]),
            ("https://example.org/v1", &[][..]),
            ("https://me:pw@example.org/v1", &own[..]),
            ("file:///etc/passwd", &own[..]),
            ("example.org", &own[..]),
            ("http://localhost.example.org/v1", &own[..]),
        ] {
            let chosen = choose_with(Some("m"), Some(endpoint), keys);
            let said = chosen.expect_err(endpoint);
            assert!(
                !said.contains("g-0123456789") && !said.contains("me:pw"),
                "{said}"
            );
        }
        assert!(choose_with(None, None, &own).is_err());
        assert!(choose_with(None, None, &[("OPENAI_API_KEY", "  ")]).is_err());
        assert!(choose_with(None, None, &[("OPENAI_API_KEY", "a\nb-0123456")]).is_err());
        assert!(choose_with(Some("m"), Some("https://example.org/v1"), &own).is_ok());
    }

    #[test]
    fn prices_are_known_by_model_and_provider() {
        let keys = [("OPENAI_API_KEY", "o-0123456789")];
        let chosen = choose_with(Some("a-model-of-tomorrow"), None, &keys).expect("a model");
        assert_eq!(chosen.price, None);
    }
}
