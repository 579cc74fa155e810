//! Streamable HTTP on this machine: many clients, each with the token.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use subtle::ConstantTimeEq;

use crate::server::Server;

const VARIABLE: &str = "GROUNDPLAN_TOKEN";
/// Longest body taken, in bytes.
const LONGEST: usize = 16 * 1024 * 1024;
/// A shorter token can be guessed.
const SHORTEST: usize = 16;

/// What a client must bring, as `Authorization: Bearer`.
pub struct Token {
    secret: String,
    /// Made here, so it must be told.
    made: bool,
}

impl Token {
    /// From the file, the environment, or made.
    pub fn of(file: Option<&Path>) -> Result<Token, String> {
        let given = match file {
            Some(path) => {
                let bytes = folder::files::read_named(path)?;
                Some(
                    String::from_utf8(bytes)
                        .map_err(|_| format!("{} is no text", path.display()))?,
                )
            }
            None => std::env::var(VARIABLE).ok(),
        };
        match given.map(|t| t.trim().to_string()) {
            Some(secret) if secret.len() < SHORTEST => Err(format!(
                "the token has {} characters; take at least {SHORTEST}, for example from `openssl rand -hex 32`",
                secret.len()
            )),
            Some(secret) => Ok(Token {
                secret,
                made: false,
            }),
            None => Ok(Token {
                secret: made()?,
                made: true,
            }),
        }
    }
}

/// 32 random bytes, as hexadecimal digits.
fn made() -> Result<String, String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| format!("no random bytes for a token: {e}"))?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

/// Serves until it is interrupted.
pub async fn serve(server: Server, address: SocketAddr, token: Token) -> Result<(), String> {
    if !address.ip().is_loopback() {
        return Err(format!(
            "{address} can be reached from other machines, and the token would travel in the clear; listen on 127.0.0.1 and put a proxy with TLS before it"
        ));
    }
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(|e| format!("{address} cannot be listened on: {e}"))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    let mut config = StreamableHttpServerConfig::default()
        .with_max_request_body_bytes(LONGEST)
        // A page in a browser has no business here.
        .enforce_origin_validation();
    config.sse_keep_alive = Some(std::time::Duration::from_secs(15));
    let service = StreamableHttpService::new(
        move || Ok(server.clone()),
        Arc::new(LocalSessionManager::default()),
        config,
    );
    eprintln!("listening on http://{address}/mcp");
    if token.made {
        eprintln!("token (Authorization: Bearer ...): {}", token.secret);
    }
    let secret: Arc<str> = token.secret.into();
    let router = Router::new()
        .fallback_service(service)
        .layer(middleware::from_fn_with_state(secret, admitted));
    axum::serve(listener, router)
        .await
        .map_err(|e| format!("the server broke off: {e}"))
}

/// Lets those in who bring the token, to `/mcp` alone.
async fn admitted(State(secret): State<Arc<str>>, request: Request, next: Next) -> Response {
    if request.uri().path() != "/mcp" {
        return (StatusCode::NOT_FOUND, "the protocol is served at /mcp\n").into_response();
    }
    let brought = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim());
    let right = brought.is_some_and(|token| bool::from(token.as_bytes().ct_eq(secret.as_bytes())));
    if right {
        return next.run(request).await;
    }
    let challenge = [(header::WWW_AUTHENTICATE, "Bearer realm=\"groundplan\"")];
    let reason = "bring the token as Authorization: Bearer\n";
    (StatusCode::UNAUTHORIZED, challenge, reason).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_never_the_same() {
        let (one, other) = (made().expect("random"), made().expect("random"));
        assert_eq!(one.len(), 64);
        assert_ne!(one, other);
    }
}
