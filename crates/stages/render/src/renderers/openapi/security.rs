//! How callers prove who they are.

use indexmap::IndexMap;
use model::{ActorKind, Authentication, Brief, Contract, Operation, TokenKind, Trigger};
use serde_json::{Value, json};

use super::errors::asks_who;
use super::names::camel;

/// The schemes in use, by name.
pub type Schemes = IndexMap<String, Value>;

/// The scheme of people and programs that call; `None` where nobody has to say who they are.
pub fn main(brief: &Brief, contract: Option<&Contract>) -> Option<(String, Value)> {
    if !asks_who(brief, contract) {
        return None;
    }
    let said = contract.and_then(|c| c.authentication.as_deref());
    let wanted = brief.security.as_ref().and_then(|s| s.authentication);
    let token = brief.domain.wire.as_ref().and_then(|w| w.token.as_ref());
    let key = (
        "apiKey".to_string(),
        json!({"type": "apiKey", "in": "header", "name": "X-API-Key",
            "description": "A key that was given to the calling program."}),
    );
    match (said, wanted) {
        (Some("oidc"), _) | (None, Some(Authentication::Oidc)) => {
            return Some((
                "oidc".into(),
                json!({"type": "openIdConnect",
                    "openIdConnectUrl": "/.well-known/openid-configuration",
                    "description": "A token of the identity provider."}),
            ));
        }
        (Some("mtls"), _) | (None, Some(Authentication::MutualTls)) => {
            return Some((
                "mutualTls".into(),
                json!({"type": "mutualTLS", "description": "A certificate that the service knows."}),
            ));
        }
        (Some("api-key"), _) | (None, Some(Authentication::ApiKeys)) => return Some(key),
        _ => {}
    }
    let lifetime = token
        .and_then(|t| t.lifetime)
        .map(|l| format!(" It is valid for {l}."))
        .unwrap_or_default();
    let jwt = token.is_none_or(|t| t.kind == TokenKind::Jwt);
    if token.is_some_and(|t| t.kind == TokenKind::ApiKey) {
        return Some(key);
    }
    if let Some(token) = token.filter(|t| !t.scheme.eq_ignore_ascii_case("bearer")) {
        // OpenAPI knows HTTP schemes that IANA registered; others are a header with a prefix.
        return Some((
            "token".into(),
            json!({"type": "apiKey", "in": "header", "name": "Authorization",
                "description": format!("The word {}, a space, and the token that signing in gave.{lifetime}", token.scheme)}),
        ));
    }
    let mut scheme = json!({"type": "http", "scheme": "bearer"});
    if jwt {
        scheme["bearerFormat"] = json!("JWT");
    }
    scheme["description"] = json!(format!("The token that signing in gave.{lifetime}"));
    Some(("token".into(), scheme))
}

/// What one operation asks for. `None` where anybody may call, and whether it is optional.
pub fn of_operation(
    brief: &Brief,
    operation: &Operation,
    main: Option<&(String, Value)>,
    schemes: &mut Schemes,
) -> (Value, bool) {
    if let Trigger::Webhook(port) = &operation.trigger {
        let name = format!("{}Signature", camel(port));
        let how = brief
            .domain
            .ports
            .get(&**port)
            .and_then(|p| p.webhook.as_ref())
            .map_or("a signature", |w| w.signature.as_str());
        schemes.insert(
            name.clone(),
            json!({"type": "apiKey", "in": "header", "name": "X-Signature",
                "description": format!("{how} over the body, made with the secret shared with {port}.")}),
        );
        return (json!([{name: []}]), true);
    }
    let anonymous = |actor: &model::ActorId| {
        brief
            .domain
            .actors
            .get(&**actor)
            .is_some_and(|a| a.kind == ActorKind::Anonymous)
    };
    let Some((name, scheme)) = main else {
        return (json!([]), false);
    };
    let open = operation.actors.iter().any(anonymous);
    if open && operation.actors.iter().all(anonymous) {
        return (json!([]), false);
    }
    schemes
        .entry(name.clone())
        .or_insert_with(|| scheme.clone());
    if open {
        (json!([{}, {name.as_str(): []}]), false)
    } else {
        (json!([{name.as_str(): []}]), true)
    }
}
