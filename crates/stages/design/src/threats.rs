//! One threat, or several, for every relation that crosses a trust boundary, each with what is done
//! about it here.

use model::{Architecture, ComponentKind, DataClass, Mode, Relation, Threat, ThreatKind};

use crate::boundaries::list;
use crate::{Context, engine};

/// Adds the threats of every crossing.
pub fn weigh(cx: &Context, architecture: &mut Architecture) {
    let crossings: Vec<(String, Relation)> = architecture
        .relations
        .iter()
        .filter(|(_, r)| crosses(architecture, r))
        .map(|(id, r)| (id.clone(), r.clone()))
        .collect();
    for (id, relation) in crossings {
        for (suffix, kind, scenario, mitigation) in of_crossing(cx, architecture, &relation) {
            architecture
                .security
                .threats
                .entry(format!("{id}-{suffix}"))
                .or_insert(Threat {
                    kind,
                    relation: Some(id.as_str().into()),
                    component: None,
                    scenario,
                    mitigation,
                    about: engine("decisions.authentication"),
                });
        }
    }
}

fn crosses(architecture: &Architecture, relation: &Relation) -> bool {
    let of = |id: &str| {
        architecture
            .components
            .get(id)
            .and_then(|c| c.boundary.as_ref())
    };
    of(&relation.from) != of(&relation.to)
}

type Drafted = (&'static str, ThreatKind, String, String);

fn of_crossing(cx: &Context, architecture: &Architecture, relation: &Relation) -> Vec<Drafted> {
    let kind = |id: &str| architecture.components.get(id).map(|c| c.kind);
    let (from, to) = (&relation.from, &relation.to);
    match (kind(from), kind(to)) {
        (Some(ComponentKind::Client), Some(ComponentKind::ObjectStore)) => vec![(
            "tampering",
            ThreatKind::Tampering,
            format!("A {from} uploads something else than announced, or guesses another one's object."),
            "A signed link names one object, its size and its checksum, and ends after minutes; object names are random; what was uploaded is verified before it counts.".into(),
        )],
        (Some(ComponentKind::Client | ComponentKind::External), _) if kind(to) != Some(ComponentKind::IdentityProvider) => {
            from_outside(cx, architecture, relation)
        }
        (_, Some(ComponentKind::Store | ComponentKind::Cache | ComponentKind::Broker | ComponentKind::Search)) => {
            let tables = tables_behind(architecture, relation);
            vec![(
                "elevation",
                ThreatKind::ElevationOfPrivilege,
                format!("A fault in {from} (an injected query, a stolen credential) is used to read or change more than its own work needs."),
                if tables == 0 {
                    format!("{from} has credentials of its own for {to}; statements are parameterised; {to} is not reachable from outside.")
                } else {
                    format!("{from} has the role {from}-data, which holds only what its paths do with {}; statements are parameterised; {to} is not reachable from outside.", count(tables, "table"))
                },
            )]
        }
        (_, Some(ComponentKind::External)) => {
            let classes: Vec<&str> = relation.classes.iter().map(|c| c.word()).collect();
            vec![(
                "disclosure",
                ThreatKind::InformationDisclosure,
                if classes.is_empty() {
                    format!("Somebody reads or diverts what {from} sends to {to}.")
                } else {
                    format!("Somebody reads or diverts the {} data that {from} sends to {to}.", list(&classes))
                },
                match relation.mode {
                    // Receivers that others name are called only by webhooks; those are signed.
                    Mode::Async if relation.authentication.as_deref().is_some_and(|a| a.starts_with("hmac")) => format!("TLS with verified names; private and link-local addresses of {to} are refused before the call; the body is signed."),
                    _ => format!("TLS with verified names; only the fields that the call needs are sent; the key for {to} is a secret that only its callers can read."),
                },
            )]
        }
        _ => vec![(
            "spoofing",
            ThreatKind::Spoofing,
            format!("Something else than {from} talks to {to}."),
            format!(
                "{to} takes connections from {from} only, and the caller's token is checked again at {to}."
            ),
        )],
    }
}

fn from_outside(cx: &Context, architecture: &Architecture, relation: &Relation) -> Vec<Drafted> {
    let (from, to) = (&relation.from, &relation.to);
    if architecture
        .components
        .get(&**from)
        .is_some_and(|c| c.kind == ComponentKind::External)
    {
        let signature = cx
            .brief
            .domain
            .ports
            .get(&**from)
            .and_then(|p| p.webhook.as_ref())
            .map_or("a shared secret", |w| w.signature.as_str());
        return vec![(
            "spoofing",
            ThreatKind::Spoofing,
            format!("Somebody sends {to} a webhook in the name of {from}."),
            format!(
                "Every webhook is verified by {signature} over the raw body and its timestamp; older than five minutes is refused; a repeat is recognised by its id."
            ),
        )];
    }
    let anonymous = cx
        .brief
        .domain
        .actors
        .get(&**from)
        .is_some_and(|a| a.kind == model::ActorKind::Anonymous);
    let rate: f64 = relation
        .operations
        .iter()
        .filter_map(|o| cx.brief.domain.operations.get(&**o))
        .filter_map(|o| cx.brief.busy_rate(o))
        .map(|r| r.0)
        .sum();
    let limit = architecture
        .contracts
        .values()
        .find_map(|c| c.rate_limit.as_ref())
        .map_or_else(
            || "a limit per caller".to_string(),
            |l| format!("{} per caller", l.per_caller),
        );
    let mut found = vec![(
        "denial-of-service",
        ThreatKind::DenialOfService,
        format!(
            "One {from}, or many, send far more than the {} of the busiest hour.",
            model::Rate((rate * 10.0).round() / 10.0)
        ),
        format!(
            "{limit}, then 429 with Retry-After; request bodies and time are bounded; work that costs more is deferred to a queue where there is one."
        ),
    )];
    if anonymous {
        found.push((
            "enumeration",
            ThreatKind::InformationDisclosure,
            format!("A {from} walks through identifiers and collects what was meant for one reader each."),
            format!("Where identifiers in public paths are names or numbers they can be guessed, so answers hold no field above public without a further proof; answers to unknown and forbidden ones are alike; {limit}."),
        ));
    } else {
        found.push((
            "spoofing",
            ThreatKind::Spoofing,
            format!("Somebody acts as a {from} with a stolen credential."),
            format!(
                "{}; every policy is checked against the principal of the token, never against an id in the body.",
                cx.choices_words()
            ),
        ));
    }
    if relation.classes.iter().any(|c| *c >= DataClass::Personal) {
        let classes: Vec<&str> = relation
            .classes
            .iter()
            .filter(|c| **c >= DataClass::Personal)
            .map(|c| c.word())
            .collect();
        found.push((
            "disclosure",
            ThreatKind::InformationDisclosure,
            format!("{} data of others is read by a {from} through a missing check.", capital(&list(&classes))),
            "Each operation names its policies and the fields of its view; a row that the policy hides answers as if it were not there.".into(),
        ));
    }
    found
}

impl Context<'_> {
    /// How credentials are kept short-lived here.
    fn choices_words(&self) -> String {
        use synthesis::AuthenticationBy as A;
        match self.choices.authentication {
            A::OwnTokens => {
                let lifetime = self
                    .brief
                    .domain
                    .wire
                    .as_ref()
                    .and_then(|w| w.token.as_ref())
                    .and_then(|t| t.lifetime)
                    .map_or_else(|| "an hour at most".to_string(), |d| d.to_string());
                format!("Passwords are hashed with a memory-hard function; tokens are signed and live {lifetime}")
            }
            A::IdentityProvider => "Sign-in and second factors are the identity provider's; tokens are checked by signature, audience and expiry".into(),
            A::ApiKeys => "Keys are stored as hashes, two may be active at once for rotation, each is bound to one caller".into(),
            A::MutualTls => "Each device has a certificate of its own, which can be revoked alone".into(),
            A::OperatingSystem => "The operating system's account is the identity".into(),
        }
    }
}

fn tables_behind(architecture: &Architecture, relation: &Relation) -> usize {
    let role = format!("{}-data", relation.from);
    architecture
        .security
        .roles
        .get(&role)
        .map_or(0, |r| r.tables.len())
}

fn count(n: usize, noun: &str) -> String {
    if n == 1 {
        format!("1 {noun}")
    } else {
        format!("{n} {noun}s")
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| {
        c.to_uppercase().collect::<String>() + chars.as_str()
    })
}
