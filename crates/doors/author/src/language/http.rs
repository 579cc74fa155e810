//! One call over HTTP: bounded in time, bytes and repetitions. Redirects are not followed, so that a key
//! never travels further than it was sent.

use std::time::{Duration, Instant, SystemTime};

use ureq::Agent;
use ureq::http::{HeaderMap, StatusCode};

use super::{Allowance, Answer, Failure, Key, LanguageModel, Limits, Prompt, Wire};
use crate::providers::Chosen;
use terminal::look;

/// Most bytes of a refusal that are read.
const REFUSAL: u64 = 16 * 1024;
/// Most of a server's own words that are shown.
const SHOWN: usize = 300;

/// A model behind an address.
pub struct Remote {
    model: String,
    url: String,
    wire: Wire,
    limit_key: String,
    key: Option<Key>,
    local: bool,
    limits: Limits,
}

/// What one attempt came to.
enum Attempt {
    Body(String),
    /// Turned away for now; how long to wait, where the server says.
    Later(String, Option<Duration>),
    Failed(String),
}

impl Remote {
    pub fn new(chosen: &Chosen, limits: Limits) -> Remote {
        Remote {
            model: chosen.model.clone(),
            url: chosen.url.clone(),
            wire: chosen.wire,
            limit_key: chosen.limit_key.clone(),
            key: chosen.key.clone(),
            local: chosen.local,
            limits,
        }
    }

    fn hidden(&self, text: &str) -> String {
        match &self.key {
            Some(key) => key.hidden_in(text),
            None => text.to_string(),
        }
    }

    fn attempt(&self, body: &str, time: Duration) -> Attempt {
        let mut config = Agent::config_builder()
            .timeout_global(Some(time))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false);
        if self.local {
            // What runs on this machine is not behind a proxy.
            config = config.proxy(None);
        }
        let agent: Agent = config.build().into();
        let mut request = agent.post(&self.url);
        for (name, value) in self.wire.headers(self.key.as_ref()) {
            request = request.header(name, value);
        }
        let mut response = match request.send(body) {
            Ok(response) => response,
            Err(error) => return Attempt::Failed(self.failed(&error, time)),
        };
        let status = response.status();
        let later = retry_after(response.headers(), SystemTime::now());
        let most = match status.is_success() {
            true => self.limits.answer_bytes,
            false => REFUSAL,
        };
        let read = response.body_mut().with_config().limit(most).read_to_vec();
        // In one place, so that nothing behind it ever sees the key.
        let text = |bytes: Vec<u8>| self.hidden(&String::from_utf8_lossy(&bytes));
        match (status.is_success(), read) {
            (true, Ok(bytes)) => Attempt::Body(text(bytes)),
            (true, Err(error)) => Attempt::Failed(self.failed(&error, time)),
            (false, read) => {
                let words = reason(&read.map(text).unwrap_or_default());
                let said = self.refused(status, &words);
                match status.as_u16() {
                    429 | 500 | 502 | 503 | 504 | 529 => Attempt::Later(said, later),
                    _ => Attempt::Failed(said),
                }
            }
        }
    }

    fn refused(&self, status: StatusCode, words: &str) -> String {
        let next = match status.as_u16() {
            401 | 403 => " Look whether the key is right and may use this model.",
            404 => " Look whether the model's name and the address are right.",
            413 => " What was sent is too long for it.",
            429 => " Its limit is reached; try again later, or raise --retries.",
            300..=399 => {
                " It points elsewhere, and redirects are not followed; name the address itself."
            }
            500..=599 => " Try again later.",
            _ => "",
        };
        let words = match words.is_empty() {
            true => String::new(),
            false => format!(": {words}"),
        };
        format!("{} answered {}{words}.{next}", self.url, status.as_u16())
    }

    fn failed(&self, error: &ureq::Error, time: Duration) -> String {
        let url = &self.url;
        match error {
            ureq::Error::Timeout(_) => format!(
                "{url} gave no whole answer within {} s; raise --timeout, or take a faster model",
                time.as_secs_f64()
            ),
            ureq::Error::BodyExceedsLimit(most) => format!(
                "the answer of {url} is longer than {} bytes and was cut off; raise --max-answer if that is right",
                look::thousands(*most)
            ),
            ureq::Error::HostNotFound | ureq::Error::ConnectionFailed => {
                format!("{url} cannot be reached; look at the address and the network")
            }
            other => {
                let why = look::foreign(&self.hidden(&other.to_string()), SHOWN);
                format!("the call to {url} failed: {why}; try again")
            }
        }
    }
}

impl LanguageModel for Remote {
    fn answer(&self, prompt: &Prompt, allowed: Allowance) -> Result<Answer, Failure> {
        let request = self
            .wire
            .request(&self.model, prompt, &self.limit_key, allowed.output);
        let body = request.to_string();
        let mut wait = self.limits.first_wait;
        let mut repeated = 0;
        loop {
            let left = allowed.until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure("the time for it is over".into()));
            }
            let said = match self.attempt(&body, left.min(self.limits.timeout)) {
                Attempt::Body(body) => {
                    return self.wire.answer(&body).map_err(|why| {
                        Failure(format!("the answer of {} cannot be used: {why}", self.url))
                    });
                }
                Attempt::Failed(said) => return Err(Failure(said)),
                Attempt::Later(said, asked) => {
                    let next = asked.unwrap_or(wait);
                    let left = allowed.until.saturating_duration_since(Instant::now());
                    if repeated >= self.limits.retries {
                        return Err(Failure(said));
                    }
                    if next > self.limits.longest_wait || next >= left {
                        return Err(Failure(format!(
                            "{said} It asks to wait {} s, which is longer than allowed",
                            next.as_secs_f64()
                        )));
                    }
                    std::thread::sleep(next);
                    said
                }
            };
            look::note(&format!("{said} Trying again."));
            wait = wait.saturating_mul(2).min(self.limits.longest_wait);
            repeated += 1;
        }
    }
}

/// What a refusal says: the message of an error in either form, or its first words.
fn reason(body: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let message = value
        .get("error")
        .and_then(|error| error.get("message").or(Some(error)))
        .and_then(serde_json::Value::as_str);
    let words = look::foreign(message.unwrap_or(body), SHOWN);
    words.trim_end_matches('.').to_string()
}

/// `Retry-After`, in seconds or as a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_read_in_both_forms() {
        let now = httpdate::parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("a date");
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", text.parse().expect("a header"));
            retry_after(&headers, now)
        };
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(
            read("Sun, 06 Nov 1994 08:49:47 GMT"),
            Some(Duration::from_secs(10))
        );
        assert_eq!(read("Sun, 06 Nov 1994 08:49:00 GMT"), Some(Duration::ZERO));
        for bad in ["", "soon", "-3", "NaN", "inf", "1e99"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn refusals_speak_in_their_own_words() {
        assert_eq!(
            reason(r#"{"error": {"message": "Slow down."}}"#),
            "Slow down"
        );
        assert_eq!(reason(r#"{"error": "model not found"}"#), "model not found");
        assert_eq!(reason("<h1>Bad\n gateway</h1>"), "<h1>Bad gateway</h1>");
        assert!(reason(&"x".repeat(9999)).len() < 400);
        assert!(!reason("\u{1b}[31mred").contains('\u{1b}'));
    }
}
