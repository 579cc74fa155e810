//! The two forms in which language models are asked over HTTP: `messages` (its public description is
//! Anthropic's Messages API, version 2023-06-01) and `chat-completions` (OpenAI's Chat Completions API,
//! which most local servers speak as well).

use clap::ValueEnum;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Answer, By, Key, Prompt, Usage};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Wire {
    Messages,
    ChatCompletions,
}

impl Wire {
    /// Where requests go, from the endpoint's base address or the whole one.
    pub fn url(self, endpoint: &str) -> String {
        let base = endpoint.trim_end_matches('/');
        let last = match self {
            Wire::Messages => "/messages",
            Wire::ChatCompletions => "/chat/completions",
        };
        match base.ends_with(last) {
            true => base.to_string(),
            false => format!("{base}{last}"),
        }
    }

    pub(super) fn headers(self, key: Option<&Key>) -> Vec<(&'static str, String)> {
        let mut headers = vec![("content-type", "application/json".to_string())];
        match self {
            Wire::Messages => {
                headers.push(("anthropic-version", "2023-06-01".into()));
                headers.extend(key.map(|key| ("x-api-key", key.reveal().to_string())));
            }
            Wire::ChatCompletions => {
                headers
                    .extend(key.map(|key| ("authorization", format!("Bearer {}", key.reveal()))));
            }
        }
        headers
    }

    pub(super) fn request(
        self,
        model: &str,
        prompt: &Prompt,
        limit_key: &str,
        most_output: u64,
    ) -> Value {
        let mut messages: Vec<Value> = Vec::new();
        if self == Wire::ChatCompletions {
            messages.push(json!({ "role": "system", "content": prompt.system }));
        }
        for turn in &prompt.turns {
            let role = match turn.by {
                By::Us => "user",
                By::Model => "assistant",
            };
            messages.push(json!({ "role": role, "content": turn.text }));
        }
        let mut body = json!({ "model": model, "messages": messages });
        if self == Wire::Messages {
            body["system"] = prompt.system.clone().into();
        }
        body[limit_key] = most_output.into();
        body
    }

    /// The answer in a response's body. `Err` says what is wrong with it.
    pub(super) fn answer(self, body: &str) -> Result<Answer, String> {
        let body: Value = serde_json::from_str(body).map_err(|_| "it is not JSON".to_string())?;
        let answer = match self {
            Wire::Messages => messages(&body),
            Wire::ChatCompletions => chat_completions(&body),
        }
        .ok_or("it is not in the form that was asked for; name the form with --wire")?;
        match answer.text.trim().is_empty() {
            true => Err("it is empty".into()),
            false => Ok(answer),
        }
    }
}

fn messages(body: &Value) -> Option<Answer> {
    let parts = body.get("content")?.as_array()?;
    let text = parts
        .iter()
        .filter_map(|part| part.get("text").and_then(Value::as_str))
        .collect();
    Some(Answer {
        text,
        usage: usage(body, "input_tokens", "output_tokens"),
        cut: body.get("stop_reason").and_then(Value::as_str) == Some("max_tokens"),
    })
}

fn chat_completions(body: &Value) -> Option<Answer> {
    let choice = body.get("choices")?.as_array()?.first()?;
    let content = choice.get("message")?.get("content")?;
    let text = match content {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        _ => return None,
    };
    Some(Answer {
        text,
        usage: usage(body, "prompt_tokens", "completion_tokens"),
        cut: choice.get("finish_reason").and_then(Value::as_str) == Some("length"),
    })
}

fn usage(body: &Value, input: &str, output: &str) -> Option<Usage> {
    let usage = body.get("usage")?;
    Some(Usage {
        input: usage.get(input)?.as_u64()?,
        output: usage.get(output)?.as_u64()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed_once() {
        for base in [
            "http://localhost:1/v1",
            "http://localhost:1/v1/",
            "http://localhost:1/v1/messages",
        ] {
            assert_eq!(Wire::Messages.url(base), "http://localhost:1/v1/messages");
        }
        assert_eq!(
            Wire::ChatCompletions.url("http://localhost:1/v1"),
            "http://localhost:1/v1/chat/completions"
        );
    }

    #[test]
    fn answers_of_both_forms_are_read() {
        let messages = r#"{"content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "yes"}],
            "stop_reason": "max_tokens", "usage": {"input_tokens": 3, "output_tokens": 1}}"#;
        let answer = Wire::Messages.answer(messages).expect("an answer");
        assert_eq!((answer.text.as_str(), answer.cut), ("yes", true));
        assert_eq!(
            answer.usage,
            Some(Usage {
                input: 3,
                output: 1
            })
        );
        let chat = r#"{"choices": [{"message": {"content": "yes"}, "finish_reason": "stop"}]}"#;
        let answer = Wire::ChatCompletions.answer(chat).expect("an answer");
        assert_eq!(
            (answer.text.as_str(), answer.cut, answer.usage),
            ("yes", false, None)
        );
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for body in [
            "",
            "<html>",
            "{}",
            "[]",
            r#"{"content": []}"#,
            r#"{"content": [{"text": " "}]}"#,
        ] {
            assert!(Wire::Messages.answer(body).is_err(), "{body}");
        }
        for body in [
            r#"{"choices": []}"#,
            r#"{"choices": [{"message": {"content": null}}]}"#,
        ] {
            assert!(Wire::ChatCompletions.answer(body).is_err(), "{body}");
        }
    }
}
