//! Messages over standard input and output.
//!
//! The framing is read here and not by `lsp-server`, which ends at the first message that is no JSON:
//! a server that a stray byte stops takes the findings of every open file with it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::sync::mpsc::Sender;

use lsp_server::{ErrorCode, Message};
use serde_json::{Value, json};

/// Longest message that is taken, in bytes: a file at its limit, each of its bytes escaped.
const MAX_BYTES: usize = 64 << 20;

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    Message(Message),
    /// Something that is no message: the answer to it.
    Refused(Value),
    /// The client closed its end.
    End,
}

/// Reads messages until the input ends. Runs on a thread of its own.
pub fn read_all(input: impl Read, queue: &Sender<Incoming>) {
    let mut input = BufReader::new(input);
    while let Some(incoming) = read_one(&mut input) {
        if queue.send(incoming).is_err() {
            return;
        }
    }
    // Nobody is left to hear it where the other end is gone.
    let _ = queue.send(Incoming::End);
}

/// The next message, or `None` at the end of the input.
fn read_one(input: &mut impl BufRead) -> Option<Incoming> {
    let length = match header(input)? {
        Ok(length) if length <= MAX_BYTES => length,
        Ok(length) => {
            io::copy(&mut input.take(length as u64), &mut io::sink()).ok()?;
            let why = format!("the message has {length} bytes; {MAX_BYTES} are the limit");
            return Some(refused(Value::Null, ErrorCode::InvalidRequest, &why));
        }
        Err(why) => return Some(refused(Value::Null, ErrorCode::ParseError, &why)),
    };
    let mut body = vec![0; length];
    input.read_exact(&mut body).ok()?;
    let value: Value = match serde_json::from_slice(&body) {
        Ok(value) => value,
        Err(error) => {
            let why = format!("the message is no JSON: {error}");
            return Some(refused(Value::Null, ErrorCode::ParseError, &why));
        }
    };
    let id = value.get("id").cloned().unwrap_or(Value::Null);
    Some(match serde_json::from_value(value) {
        Ok(message) => Incoming::Message(message),
        Err(_) => {
            let why = "the message is no request, response or notification";
            refused(id, ErrorCode::InvalidRequest, why)
        }
    })
}

/// The length that the header gives; lines that are no header are passed over until one does.
fn header(input: &mut impl BufRead) -> Option<Result<usize, String>> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(64 << 10).read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            match length {
                Some(length) => return Some(length),
                None => continue,
            }
        }
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            let value = value.trim();
            let parsed = value.parse::<usize>();
            length = Some(parsed.map_err(|_| format!("`{value}` is not a length")));
        }
    }
}

fn refused(id: Value, code: ErrorCode, why: &str) -> Incoming {
    Incoming::Refused(json!({
        "jsonrpc": "2.0", "id": id, "error": {"code": code as i32, "message": why},
    }))
}

/// Writes a message; `Err` where the client is gone.
pub fn write(message: &Message) -> io::Result<()> {
    message.write(&mut io::stdout().lock())
}

/// Writes the answer to something that was no message.
pub fn write_refusal(answer: &Value) -> io::Result<()> {
    let text = answer.to_string();
    let mut out = io::stdout().lock();
    write!(out, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn reading_goes_on_after_what_is_no_message() {
        let input = [
            framed("{nonsense"),
            "stray\r\n\r\n".to_string(),
            framed("[1, 2]"),
            "Content-Length: many\r\n\r\n".to_string(),
            framed(r#"{"jsonrpc":"2.0","id":7,"method":"shutdown"}"#),
        ]
        .concat();
        let (send, receive) = channel();
        read_all(input.as_bytes(), &send);
        let all: Vec<Incoming> = receive.try_iter().collect();
        let codes: Vec<i64> = all
            .iter()
            .filter_map(|one| match one {
                Incoming::Refused(answer) => answer["error"]["code"].as_i64(),
                _ => None,
            })
            .collect();
        assert_eq!(codes, [-32700, -32600, -32700]);
        assert!(
            matches!(&all[3], Incoming::Message(Message::Request(r)) if r.method == "shutdown")
        );
        assert!(matches!(&all[4], Incoming::End));
        assert_eq!(all.len(), 5);
    }

    #[test]
    fn a_message_that_breaks_off_is_the_end() {
        let (send, receive) = channel();
        read_all("Content-Length: 100\r\n\r\n{}".as_bytes(), &send);
        assert!(matches!(receive.recv(), Ok(Incoming::End)));
    }
}
